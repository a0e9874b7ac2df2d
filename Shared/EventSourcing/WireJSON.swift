public import FoundationEssentials

extension JSONEncoder {
    /// An encoder for everything that is stored or sent: sorted keys, RFC 3339 times in UTC.
    ///
    /// Sorted, so that the same value is the same bytes; golden files and fingerprints rely on it.
    public static func wire() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(RFC3339.string(date))
        }
        return encoder
    }
}

extension JSONDecoder {
    /// A decoder for what ``/FoundationEssentials/JSONEncoder/wire()`` wrote.
    public static func wire() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = RFC3339.date(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
            }
            return date
        }
        return decoder
    }
}
