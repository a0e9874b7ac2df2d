/// Names for requests that come without any: the same as `CorrelationID()` and `TraceParent()` make, without a system
/// call for each random number.
///
/// Every request needs two of them, and nobody gains by guessing them.
enum RequestNames {
    /// A UUID of version 7 in lower case (RFC 9562 section 5.7).
    static func correlationID(random: inout FastRandom) -> String {
        let milliseconds = UInt64(WallClock.now().milliseconds)
        let high = milliseconds << 16 | 0x7000 | random.next() & 0x0FFF
        let low = 0x8000_0000_0000_0000 | random.next() >> 2
        return String(unsafeUninitializedCapacity: 36) { text in
            var writer = HexWriter(text: text)
            writer.write(high >> 32, digits: 8)
            writer.write("-")
            writer.write(high >> 16, digits: 4)
            writer.write("-")
            writer.write(high, digits: 4)
            writer.write("-")
            writer.write(low >> 48, digits: 4)
            writer.write("-")
            writer.write(low, digits: 12)
            return writer.position
        }
    }

    /// The beginning of a trace that is recorded (W3C Trace Context, section 3.2).
    static func traceParent(random: inout FastRandom) -> String {
        let (high, low, span) = (random.next(), random.next(), random.next())
        return String(unsafeUninitializedCapacity: 55) { text in
            var writer = HexWriter(text: text)
            writer.write(0, digits: 2)
            writer.write("-")
            writer.write(high, digits: 16)
            // An id of zeros only is not valid.
            writer.write(low | 1, digits: 16)
            writer.write("-")
            writer.write(span | 1, digits: 16)
            writer.write("-")
            writer.write(1, digits: 2)
            return writer.position
        }
    }
}

/// Writes hexadecimal digits into memory that is large enough for them.
private struct HexWriter {
    let text: UnsafeMutableBufferPointer<UInt8>
    private(set) var position = 0

    init(text: UnsafeMutableBufferPointer<UInt8>) {
        self.text = text
    }

    /// The lowest digits of a number.
    mutating func write(_ number: UInt64, digits: Int) {
        var shift = digits * 4
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 0xF
            self.text[self.position] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            self.position += 1
        }
    }

    mutating func write(_ character: Unicode.Scalar) {
        self.text[self.position] = UInt8(ascii: character)
        self.position += 1
    }
}
