import Redis
import Testing

@Suite struct RedisConfigurationTests {
    @Test func `a URL names user, password, host, port and database`() throws {
        let configuration = try RedisConfiguration(url: "redis://limiter:p%40ss@cache.internal:6380/3")
        #expect(configuration.host == "cache.internal")
        #expect(configuration.port == 6380)
        #expect(configuration.username == "limiter")
        #expect(configuration.password == "p@ss")
        #expect(configuration.database == 3)
    }

    @Test func `a short URL gets Redis's defaults`() throws {
        let configuration = try RedisConfiguration(url: "redis://:secret@[::1]")
        #expect(configuration.host == "::1")
        #expect(configuration.port == 6379)
        #expect(configuration.username == nil)
        #expect(configuration.password == "secret")
        #expect(configuration.database == 0)
    }

    @Test(arguments: [
        "", "localhost:6379", "rediss://host", "http://host", "redis://", "redis://host/one", "redis://host/-1",
    ])
    func `a URL that can not be used is refused`(url: String) {
        #expect { try RedisConfiguration(url: url) } throws: { error in
            (error as? RedisError)?.code == .invalidConfiguration
        }
    }

    @Test func `the password shows in no description, mirror or dump`() throws {
        let configuration = try RedisConfiguration(url: "redis://:canary@host")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("canary"))
        }
    }
}
