internal import CRabbitMQ
internal import FoundationEssentials

extension String {
    /// Copies what the library lent; bytes that are no UTF-8 are repaired.
    init(_ bytes: amqp_bytes_t) {
        self.init(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len), as: UTF8.self)
    }
}

extension [UInt8] {
    /// Copies what the library lent.
    init(_ bytes: amqp_bytes_t) {
        self.init(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
    }
}

extension Date {
    /// AMQP's timestamp: whole seconds since 1970, never before.
    var secondsForAMQP: UInt64 {
        UInt64(exactly: self.timeIntervalSince1970.rounded(.down)) ?? 0
    }

    init(secondsForAMQP seconds: UInt64) {
        self.init(timeIntervalSince1970: Double(seconds))
    }
}

extension [String: HeaderValue] {
    /// Copies a table, as deep as `HeaderValue.maximumDepth`.
    init(_ table: amqp_table_t, depth: Int = 1) {
        self.init(minimumCapacity: Int(table.num_entries))
        for entry in UnsafeBufferPointer(start: table.entries, count: Int(table.num_entries)) {
            self[String(entry.key)] = HeaderValue(entry.value, depth: depth)
        }
    }
}

extension HeaderValue {
    init(_ field: amqp_field_value_t, depth: Int) {
        switch amqp_field_value_kind_t(UInt32(field.kind)) {
        case AMQP_FIELD_KIND_BOOLEAN: self = .boolean(field.value.boolean != 0)
        case AMQP_FIELD_KIND_I8: self = .integer(Int64(field.value.i8))
        case AMQP_FIELD_KIND_U8: self = .integer(Int64(field.value.u8))
        case AMQP_FIELD_KIND_I16: self = .integer(Int64(field.value.i16))
        case AMQP_FIELD_KIND_U16: self = .integer(Int64(field.value.u16))
        case AMQP_FIELD_KIND_I32: self = .integer(Int64(field.value.i32))
        case AMQP_FIELD_KIND_U32: self = .integer(Int64(field.value.u32))
        case AMQP_FIELD_KIND_I64: self = .integer(field.value.i64)
        case AMQP_FIELD_KIND_U64:
            self = Int64(exactly: field.value.u64).map(HeaderValue.integer) ?? .unknown(field.kind)
        case AMQP_FIELD_KIND_F32: self = .double(Double(field.value.f32))
        case AMQP_FIELD_KIND_F64: self = .double(field.value.f64)
        case AMQP_FIELD_KIND_UTF8: self = .string(String(field.value.bytes))
        case AMQP_FIELD_KIND_BYTES: self = .bytes([UInt8](field.value.bytes))
        case AMQP_FIELD_KIND_TIMESTAMP: self = .timestamp(Date(secondsForAMQP: field.value.u64))
        case AMQP_FIELD_KIND_VOID: self = .null
        case AMQP_FIELD_KIND_TABLE where depth < Self.maximumDepth:
            self = .table([String: HeaderValue](field.value.table, depth: depth + 1))
        case AMQP_FIELD_KIND_ARRAY where depth < Self.maximumDepth:
            let array = field.value.array
            let values = UnsafeBufferPointer(start: array.entries, count: Int(array.num_entries))
            self = .array(values.map { HeaderValue($0, depth: depth + 1) })
        default: self = .unknown(field.kind)
        }
    }
}
