import Configuration
import TestKit
import Testing

@testable import ServiceKit

@Suite("Configuration")
struct ConfigurationTests {
    private struct Settings {
        let port: Int
        let password: String
        let key: [UInt8]
        let isDebug: Bool

        init(_ reader: inout ConfigurationReader) {
            self.port = reader.read(.port("PORT", default: 8002, "Where the service listens."))
            self.password = reader.read(.secret("POSTGRES_PASSWORD", minimumLength: 8, "The password of the database."))
            self.key = reader.read(.secretBytes("PERSONAL_DATA_KEY", count: 32, "Wraps the keys of persons."))
            self.isDebug = reader.read(.boolean("DEBUG", default: false, "More words in the log."))
        }
    }

    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    @Test("Values come from the source, defaults from the code")
    func values() throws {
        let source = ConfigReader.variables([
            "POSTGRES_PASSWORD": "correct horse", "PERSONAL_DATA_KEY": Self.key, "DEBUG": "true",
        ])
        let settings = try ConfigurationReader.read(from: source) { Settings(&$0) }
        #expect(settings.port == 8002)
        #expect(settings.password == "correct horse")
        #expect(settings.key == Array(0..<32))
        #expect(settings.isDebug)
    }

    @Test("OP-9: all mistakes are told at once, and no value of a setting is among the words")
    func mistakes() {
        let source = ConfigReader.variables([
            "PORT": "eighty", "POSTGRES_PASSWORD": "s3cret", "PERSONAL_DATA_KEY": "c2hvcnQ=",
            "DEBUG": "maybe",
        ])
        let issues = #expect(throws: ConfigurationIssues.self) {
            try ConfigurationReader.read(from: source) { Settings(&$0) }
        }
        #expect(issues?.descriptions.count == 4)
        let text = issues?.description ?? ""
        for name in ["PORT", "POSTGRES_PASSWORD", "PERSONAL_DATA_KEY", "DEBUG"] {
            #expect(text.contains(name))
        }
        for value in ["eighty", "s3cret", "c2hvcnQ", "maybe"] { #expect(!text.contains(value)) }
    }

    @Test("A secret has no default: absent and empty are both mistakes", arguments: [[:], ["POSTGRES_PASSWORD": ""]])
    func missing(variables: [String: String]) {
        let issues = #expect(throws: ConfigurationIssues.self) {
            try ConfigurationReader.read(from: .variables(variables)) { Settings(&$0) }
        }
        #expect(issues?.descriptions.count == 2)
        #expect(issues?.description.contains("POSTGRES_PASSWORD is missing") == true)
    }

    @Test(
        "OP-9: placeholders are refused in production and tolerated elsewhere",
        arguments: ["your_password_here", "password-change-in-production"]
    )
    func placeholders(value: String) throws {
        var variables = ["POSTGRES_PASSWORD": value, "PERSONAL_DATA_KEY": Self.key]
        _ = try ConfigurationReader.read(from: .variables(variables)) { Settings(&$0) }
        variables["ENVIRONMENT"] = "production"
        let issues = #expect(throws: ConfigurationIssues.self) {
            try ConfigurationReader.read(from: .variables(variables)) { Settings(&$0) }
        }
        #expect(issues?.descriptions == ["POSTGRES_PASSWORD still holds the placeholder of .env.example"])
    }

    @Test("What a program reads is what it documents")
    func documentation() {
        let entries = ConfigurationReader.entries(readBy: { Settings(&$0) })
        #expect(
            entries.map(\.name) == ["ENVIRONMENT", "PORT", "POSTGRES_PASSWORD", "PERSONAL_DATA_KEY", "DEBUG"]
        )
        #expect(entries.filter(\.isSecret).map(\.name) == ["POSTGRES_PASSWORD", "PERSONAL_DATA_KEY"])
        #expect(entries.filter(\.isSecret).allSatisfy { $0.defaultValue == nil })
        #expect(entries[1].description == "PORT  (integer from 1 to 65535, default 8002)  Where the service listens.")
    }

    @Test("A setting may be optional")
    func optional() throws {
        let source = ConfigReader.variables([:])
        let password = try ConfigurationReader.read(from: source) {
            $0.readIfPresent(.secret("REDIS_PASSWORD", "The password of Redis."))
        }
        #expect(password == nil)
    }
}
