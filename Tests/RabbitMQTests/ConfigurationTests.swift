import RabbitMQ
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    @Test func `a URL names user, hosts and virtual host`() throws {
        let configuration = try RabbitMQConfiguration(url: "amqp://us%40r:p%3Ass@one:5673,two/my%2Fhost?heartbeat=5")
        #expect(configuration.username == "us@r")
        #expect(configuration.password == "p:ss")
        #expect(configuration.hosts == [.init("one", port: 5673), .init("two", port: 5672)])
        #expect(configuration.virtualHost == "my/host")
        #expect(configuration.heartbeat == .seconds(5))
        #expect(configuration.tls == nil)
    }

    @Test(arguments: ["amqp://u:p@h", "amqp://u:p@h/", "amqp://u:p@h/%2F", "amqp://u:p@h/%2f"])
    func `without a path the virtual host is the default one`(url: String) throws {
        #expect(try RabbitMQConfiguration(url: url).virtualHost == "/")
    }

    @Test func `LQ-10 amqps verifies against the authorities that the URL names`() throws {
        let configuration = try RabbitMQConfiguration(url: "amqps://u:p@broker.example/?cacertfile=/etc/ca.pem")
        #expect(configuration.tls == .init(certificateAuthorityFile: "/etc/ca.pem"))
        #expect(configuration.hosts == [.init("broker.example", port: 5671)])
    }

    @Test func `an IPv6 address stands in brackets`() throws {
        let configuration = try RabbitMQConfiguration(url: "amqp://u:p@[::1]:5673,[fe80::2]")
        #expect(configuration.hosts == [.init("::1", port: 5673), .init("fe80::2", port: 5672)])
    }

    @Test(
        arguments: [
            "http://u:p@h", "amqp://h", "amqp://u:p@", "amqp://u:p@h:0", "amqp://u:p@h:x", "amqp://:p@h",
            "amqp://u:p@h?heartbeat=0", "amqp://u:p@h?heartbeat=x", "amqp://u:p@h?frob=1",
            "amqps://u:p@10.0.0.1", "amqps://u:p@[::1]",
        ]
    )
    func `nonsense is refused without repeating the password`(url: String) {
        let error = #expect(throws: RabbitMQError.self) { try RabbitMQConfiguration(url: url) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.isFatal == true)
        #expect(error?.isRetriable == false)
    }

    @Test func `no description shows the password`() throws {
        let configuration = try RabbitMQConfiguration(url: "amqp://user:s3cret@host")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped, "\([configuration])"] {
            #expect(!text.contains("s3cret"))
            #expect(text.contains("host:5672"))
        }
    }
}
