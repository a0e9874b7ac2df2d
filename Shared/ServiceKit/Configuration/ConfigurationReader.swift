public import Configuration

/// Reads settings and remembers every mistake, so that a start tells all of them at once.
///
/// ```swift
/// let settings = try ConfigurationReader.read(from: .environment()) { reader in
///     ServerSettings(port: reader.read(.port("PORT", default: 8002, "Where the service listens.")))
/// }
/// ```
public struct ConfigurationReader {
    /// Whether placeholders are tolerated.
    public private(set) var environment = DeploymentEnvironment.development

    private let source: ConfigReader
    private var issues: [String] = []
    private var entries: [ConfigurationEntry] = []

    private init(source: ConfigReader) {
        self.source = source
        self.environment = self.read(DeploymentEnvironment.key)
    }

    /// Reads everything a program needs.
    ///
    /// - Parameters:
    ///   - source: Where the values come from.
    ///   - body: Reads the settings. Values that are missing or wrong are stood in for while it runs; its result is
    ///     returned only when there was no mistake.
    /// - Throws: All mistakes together.
    public static func read<Settings>(
        from source: ConfigReader,
        _ body: (inout ConfigurationReader) -> Settings
    ) throws(ConfigurationIssues) -> Settings {
        var reader = ConfigurationReader(source: source)
        let settings = body(&reader)
        guard reader.issues.isEmpty else { throw ConfigurationIssues(descriptions: reader.issues) }
        return settings
    }

    /// The settings that `body` reads, in the order of reading, each once.
    public static func entries<Settings>(readBy body: (inout ConfigurationReader) -> Settings) -> [ConfigurationEntry] {
        var reader = ConfigurationReader(source: ConfigReader(provider: InMemoryProvider(values: [:])))
        _ = body(&reader)
        return reader.entries
    }

    /// Reads one setting; an absent one without a default is a mistake.
    public mutating func read<Value>(_ key: ConfigurationKey<Value>) -> Value {
        self.value(of: key)
            ?? key.defaultValue
            ?? {
                self.issues.append("\(key.entry.name) is missing: \(key.entry.comment)")
                return key.placeholder
            }()
    }

    /// Reads one setting that may be absent.
    public mutating func readIfPresent<Value>(_ key: ConfigurationKey<Value>) -> Value? {
        self.value(of: key) ?? key.defaultValue
    }

    /// Adds a mistake that only shows when several settings are looked at together.
    public mutating func refuse(_ description: String) {
        self.issues.append(description)
    }

    /// An empty value counts as absent: compose files pass `NAME=` for what nobody has set.
    private mutating func value<Value>(of key: ConfigurationKey<Value>) -> Value? {
        let entry = key.entry
        if !self.entries.contains(entry) { self.entries.append(entry) }
        let text = self.source.string(forKey: ConfigKey([entry.name]), isSecret: entry.isSecret)
        guard let text, !text.isEmpty else { return nil }
        if self.environment == .production, Self.isPlaceholder(text) {
            self.issues.append("\(entry.name) still holds the placeholder of .env.example")
            return key.placeholder
        }
        do {
            return try key.parse(text)
        } catch {
            self.issues.append("\(entry.name) \(error.reason)")
            return key.placeholder
        }
    }

    private static func isPlaceholder(_ text: String) -> Bool {
        let text = text.lowercased()
        return ["change-in-production", "change_in_production", "changeme", "change-me"].contains { text.contains($0) }
            || text.hasPrefix("your_") || text.hasPrefix("your-")
    }
}
