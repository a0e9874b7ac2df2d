internal import CRabbitMQ

/// Memory for what one call passes to the library: its own pool, given back as a whole after the call.
struct Scratch: ~Copyable {
    private let pool: UnsafeMutablePointer<amqp_pool_t>

    init() {
        self.pool = .allocate(capacity: 1)
        init_amqp_pool(self.pool, 4096)
    }

    deinit {
        empty_amqp_pool(self.pool)
        self.pool.deallocate()
    }

    /// Forgets everything that was handed out.
    mutating func recycle() {
        recycle_amqp_pool(self.pool)
    }

    /// A copy of the text, valid until `recycle`.
    mutating func bytes(_ text: String) throws(RabbitMQError) -> amqp_bytes_t {
        let count = text.utf8.count
        guard count > 0 else { return amqp_empty_bytes }
        let target = try self.allocate(count)
        UnsafeMutableRawBufferPointer(start: target, count: count).copyBytes(from: text.utf8)
        return amqp_bytes_t(len: count, bytes: target)
    }

    /// The table as the library wants it, valid until `recycle`.
    mutating func table(_ values: [String: HeaderValue]) throws(RabbitMQError) -> amqp_table_t {
        guard !values.isEmpty else { return amqp_empty_table }
        let memory = try self.allocate(values.count * MemoryLayout<amqp_table_entry_t>.stride)
        let entries = memory.bindMemory(to: amqp_table_entry_t.self, capacity: values.count)
        var count = 0
        for (key, value) in values {
            let entry = amqp_table_entry_t(key: try self.bytes(key), value: try self.field(value))
            entries.advanced(by: count).initialize(to: entry)
            count += 1
        }
        return amqp_table_t(num_entries: Int32(count), entries: entries)
    }

    private mutating func field(_ value: HeaderValue) throws(RabbitMQError) -> amqp_field_value_t {
        var field = amqp_field_value_t()
        switch value {
        case .string(let text):
            field.kind = AMQP_FIELD_KIND_UTF8.byte
            field.value.bytes = try self.bytes(text)
        case .integer(let integer):
            field.kind = AMQP_FIELD_KIND_I64.byte
            field.value.i64 = integer
        case .double(let double):
            field.kind = AMQP_FIELD_KIND_F64.byte
            field.value.f64 = double
        case .boolean(let boolean):
            field.kind = AMQP_FIELD_KIND_BOOLEAN.byte
            field.value.boolean = boolean ? 1 : 0
        case .bytes(let bytes):
            field.kind = AMQP_FIELD_KIND_BYTES.byte
            field.value.bytes = try self.copy(bytes)
        case .table(let table):
            field.kind = AMQP_FIELD_KIND_TABLE.byte
            field.value.table = try self.table(table)
        case .array(let array):
            field.kind = AMQP_FIELD_KIND_ARRAY.byte
            field.value.array = try self.array(array)
        case .timestamp(let date):
            field.kind = AMQP_FIELD_KIND_TIMESTAMP.byte
            field.value.u64 = date.secondsForAMQP
        case .null, .unknown:
            field.kind = AMQP_FIELD_KIND_VOID.byte
        }
        return field
    }

    private mutating func array(_ values: [HeaderValue]) throws(RabbitMQError) -> amqp_array_t {
        guard !values.isEmpty else { return amqp_empty_array }
        let memory = try self.allocate(values.count * MemoryLayout<amqp_field_value_t>.stride)
        let entries = memory.bindMemory(to: amqp_field_value_t.self, capacity: values.count)
        for (index, value) in values.enumerated() {
            entries.advanced(by: index).initialize(to: try self.field(value))
        }
        return amqp_array_t(num_entries: Int32(values.count), entries: entries)
    }

    private mutating func copy(_ bytes: [UInt8]) throws(RabbitMQError) -> amqp_bytes_t {
        guard !bytes.isEmpty else { return amqp_empty_bytes }
        let target = try self.allocate(bytes.count)
        target.copyMemory(from: bytes, byteCount: bytes.count)
        return amqp_bytes_t(len: bytes.count, bytes: target)
    }

    private mutating func allocate(_ count: Int) throws(RabbitMQError) -> UnsafeMutableRawPointer {
        guard let memory = amqp_pool_alloc(self.pool, count) else { throw .library(AMQP_STATUS_NO_MEMORY.rawValue) }
        return memory
    }
}

extension amqp_field_value_kind_t {
    /// The kind as it stands in a field.
    ///
    /// All kinds are ASCII letters.
    var byte: UInt8 { UInt8(truncatingIfNeeded: self.rawValue) }
}
