import FoundationEssentials
import NIOCore
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    /// With curl, which others have written.
    @Suite("TLS and HTTP/2")
    struct TransportTests {
        @Test("With a certificate clients speak TLS, and HTTP/2 if they can; answers are the same")
        func versions() async throws {
            try await Certificate.with { certificate in
                try await TestGateway.with(certificate.settings) { gateway in
                    gateway.lesson.follow { request in
                        .answer(201, headers: [("ETag", "\"7\"")], String(decoding: request.body, as: UTF8.self))
                    }
                    let token = try gateway.token()
                    for version in ["--http2", "--http1.1"] {
                        let curl = try await Self.curl(
                            gateway,
                            certificate.file,
                            [version, "-H", "Authorization: Bearer \(token)"]
                        )
                        let answer = try await curl.run(["-d", "{\"a\":1}", "/api/v1/lessons?x=1"])
                        #expect(answer.version == (version == "--http2" ? "2" : "1.1"))
                        #expect(answer.status == 201 && answer.body == "{\"a\":1}")
                        #expect(answer.value("etag") == "\"7\"")
                        #expect(answer.value("strict-transport-security") == "max-age=31536000")
                        #expect(answer.value("ratelimit-policy") == "\"general\";q=100000;w=60")
                        #expect(answer.value("connection") == nil && answer.value("transfer-encoding") == nil)
                        let request = try #require(gateway.lesson.requests.last)
                        #expect(
                            request.values("X-Forwarded-Proto") == ["https"] && request.uri == "/api/v1/lessons?x=1"
                        )
                        #expect(try await curl.run(["-I", "/api/v1/lessons"]).body == "")
                        #expect(try await curl.run(["/nowhere"]).status == 404)
                        #expect(try await curl.run(["/health/live"]).body == #"{"status":"ok"}"#)
                    }
                    try await eventually("nothing is left under way") {
                        try await Curl(gateway.port, authority: certificate.file).run(["/gateway/services"]).body
                            .contains(#""outstanding":0"#)
                    }
                }
            }
        }

        @Test("Bodies of 20 MB go up and down in streams of one connection, at once, and are never held")
        func streams() async throws {
            let size = 20 << 20
            let routes = [
                RouteDefinition("/api/v1/users", .service(.user), .token),
                RouteDefinition("/health/ready", .gateway(.ready), .open, .probe),
                RouteDefinition("/health", .gateway(.health), .open, .probe),
                RouteDefinition("/large", .service(.lesson), .token, maximumBodySize: 64 << 20, timeout: .seconds(60)),
            ]
            try await Certificate.with { certificate in
                try await TestGateway.with(certificate.settings, routes: routes) { gateway in
                    gateway.lesson.follow {
                        $0.method == "GET" ? .stream(bytes: size) : .answer(200, "\($0.bodyLength)")
                    }
                    let token = try gateway.token()
                    let curl = try await Self.curl(
                        gateway,
                        certificate.file,
                        ["--http2", "-H", "Authorization: Bearer \(token)"]
                    )
                    let file = certificate.folder.appending(path: "body")
                    try Data(repeating: 1, count: size).write(to: file)
                    async let up = curl.run(["-T", file.path, "/large"])
                    async let down = curl.run([
                        "-o", certificate.folder.path + "/down", "-w", "%{size_download}", "/large",
                    ])
                    #expect(try await up.body == "\(size)")
                    #expect(try await down.text.hasSuffix("\(size)"))
                    // One byte more than the route takes, in frames that nobody announced.
                    let refusal = try await curl.run([
                        "-H", "Expect:", "-H", "Content-Length:", "-T", "/dev/zero", "--max-time", "20", "/large",
                    ])
                    #expect(refusal.status == 413)
                }
            }
        }

        @Test("A body behind a GET that announces none does not become somebody's next request")
        func hiddenBody() async throws {
            try await Certificate.with { certificate in
                try await TestGateway.with(certificate.settings) { gateway in
                    let token = try gateway.token()
                    let curl = try await Self.curl(
                        gateway,
                        certificate.file,
                        ["--http2", "-H", "Authorization: Bearer \(token)"]
                    )
                    let smuggled = "GET /api/v1/lessons/smuggled HTTP/1.1\r\nHost: g\r\n\r\n"
                    let answer = try await curl.run([
                        "-X", "GET", "--data-binary", smuggled, "-H", "Content-Length:", "/api/v1/lessons",
                    ])
                    #expect([200, 400].contains(answer.status))
                    #expect(try await curl.run(["/api/v1/lessons/2"]).status == 200)
                    #expect(!gateway.lesson.requests.contains { $0.uri.contains("smuggled") })
                }
            }
        }

        @Test("After its last request an HTTP/2 client is told to come again, and loses nothing")
        func manyRequests() async throws {
            try await Certificate.with { certificate in
                var limits = ConnectionLimits()
                limits.maximumRequests = 5
                try await TestGateway.with(certificate.settings, limits: limits) { gateway in
                    let options = ["--http2", "-H", "Authorization: Bearer \(try gateway.token())"]
                    let curl = try await Self.curl(gateway, certificate.file, options)
                    let url = "https://localhost:\(gateway.port)/api/v1/lessons"
                    let before = gateway.lesson.requests.count
                    // Over one connection, as long as it lasts.
                    let answers = try await curl.run(Array(repeating: url, count: 11) + ["/api/v1/lessons"]).text
                    #expect(answers.ranges(of: "HTTP/2 200").count == 12)
                    #expect(gateway.lesson.requests.count == before + 12)
                }
            }
        }

        @Test(
            "A certificate that is renewed is shown to whoever comes next; a broken one changes nothing; nobody is cut off"
        )
        func renewal() async throws {
            try await Certificate.with { old in
                try await Certificate.with { new in
                    try await TestGateway.with(old.settings) { gateway in
                        try FileManager.default.removeItem(at: old.file)
                        try Data("nonsense".utf8).write(to: old.file)
                        await gateway.application.reloader.reload()
                        let untouched = try Data(contentsOf: old.copy)
                        #expect(try await Curl(gateway.port, authority: old.copy).run(["/health/live"]).status == 200)
                        #expect(!untouched.isEmpty)
                        for (from, to) in [(new.file, old.file), (new.key, old.key)] {
                            try Data(contentsOf: from).write(to: to)
                        }
                        await gateway.application.reloader.reload()
                        #expect(try await Curl(gateway.port, authority: new.file).run(["/health/live"]).status == 200)
                        #expect(try await Curl(gateway.port, authority: old.copy).run(["/health/live"]).status == 0)
                    }
                }
            }
        }

        /// A client of a gateway that serves.
        private static func curl(_ gateway: TestGateway, _ authority: URL, _ options: [String]) async throws -> Curl {
            let curl = Curl(gateway.port, authority: authority, options)
            try await eventually("it serves") {
                let statuses = [try await curl.run(["/api/v1/users"]).status, try await curl.run(["/health"]).status]
                return statuses == [200, 200]
            }
            return curl
        }

        @Test("Whoever connects and does not shake hands is let go; plain HTTP is not understood")
        func silence() async throws {
            try await Certificate.with { certificate in
                var limits = ConnectionLimits()
                limits.headerTimeout = .milliseconds(300)
                try await TestGateway.with(certificate.settings, limits: limits) { gateway in
                    let client = try await gateway.connect()
                    try await eventually("let go") { client.isClosed }
                    // Who shakes hands for HTTP/2 and says nothing more.
                    let silent = try ChildProcess(
                        [
                            "/usr/bin/openssl", "s_client", "-connect", "127.0.0.1:\(gateway.port)", "-alpn", "h2",
                            "-ign_eof",
                        ],
                        log: certificate.folder.appending(path: "silent").path
                    )
                    try await eventually("let go, too") { !silent.isRunning }
                    let plain = try await gateway.connect()
                    try await plain.send("GET /health/live HTTP/1.1\r\nHost: g\r\n\r\n")
                    try await eventually("cut off") { plain.isClosed }
                    #expect(!plain.text.contains("200"))
                }
            }
        }
    }
}
