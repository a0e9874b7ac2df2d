import FoundationEssentials
import NIOCore
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Streaming, patience and the end")
    struct StreamingTests {
        private static let size = 50 << 20

        /// Memory of this process, in which gateway, client and service all live.
        private static func residentBytes() throws -> Int {
            let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
        }

        @Test("50 MB come down, framed either way, and are never held", arguments: [false, true])
        func download(chunked: Bool) async throws {
            try await TestGateway.with { gateway in
                gateway.lesson.follow { _ in .stream(bytes: Self.size, chunked: chunked) }
                let token = try gateway.token()
                let client = try await RawClient.connect(gateway.port, keeps: false)
                let before = try Self.residentBytes()
                try await client.send(
                    "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n"
                )
                try await eventually(within: .seconds(20), "all of it") { client.isClosed }
                #expect(client.received > Self.size)
                #expect(try Self.residentBytes() - before < 24 << 20)
            }
        }

        @Test("A client that does not read stops the service, not the gateway's memory")
        func backPressure() async throws {
            try await TestGateway.with { gateway in
                gateway.lesson.follow { _ in .stream(bytes: Self.size) }
                let token = try gateway.token()
                let client = try await RawClient.connect(gateway.port, keeps: false, autoRead: false)
                let before = try Self.residentBytes()
                try await client.send(
                    "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                )
                // Others are served meanwhile, and the stalled one holds no more than the buffers of its sockets.
                for _ in 0..<50 { #expect(try await gateway.send("GET", "/health/live").status == 200) }
                #expect(try Self.residentBytes() - before < 24 << 20)
                #expect(client.received == 0)
                try await client.close()
            }
        }

        @Test(
            "50 MB go up through a route that allows them, framed either way, and are never held",
            arguments: [false, true]
        )
        func upload(chunked: Bool) async throws {
            let routes = [
                RouteDefinition("/api/v1/users", .service(.user), .token),
                RouteDefinition("/health/ready", .gateway(.ready), .open, .probe),
                RouteDefinition(
                    "/upload",
                    .service(.lesson),
                    .token,
                    maximumBodySize: 64 << 20,
                    timeout: .seconds(120)
                ),
            ]
            try await TestGateway.with(routes: routes) { gateway in
                gateway.lesson.follow { .answer(200, "\($0.bodyLength)") }
                let client = try await gateway.connect()
                let before = try Self.residentBytes()
                let framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(Self.size)"
                try await client.send(
                    "PUT /upload HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(gateway.token())\r\n\(framing)\r\n\r\n"
                )
                var piece = ByteBuffer()
                if chunked { piece.writeString("100000\r\n") }
                piece.writeRepeatingByte(0x61, count: 1 << 20)
                if chunked { piece.writeString("\r\n") }
                for _ in 0..<50 { try await client.send(piece) }
                if chunked { try await client.send("0\r\n\r\n") }
                #expect(try await client.answer().body == "\(Self.size)")
                #expect(try Self.residentBytes() - before < 24 << 20)
                try await client.close()
            }
        }

        @Test("Case 40: slow headers, slow bodies and idle connections are cut; a connection too many is not let in")
        func patience() async throws {
            var limits = ConnectionLimits()
            limits.headerTimeout = .milliseconds(300)
            limits.idleTimeout = .milliseconds(300)
            limits.maximumConnections = 20
            try await TestGateway.with(limits: limits) { gateway in
                let dripping = try await gateway.connect()
                try await dripping.send("GET /health/live HTTP/1.1\r\nHos")
                #expect(try await dripping.answer().status == 408)
                #expect(try await dripping.rest().isEmpty)
                let silent = try await gateway.connect()
                try await eventually("silence is cut") { silent.isClosed }
                let idle = try await gateway.connect()
                try await idle.send("GET /health/live HTTP/1.1\r\nHost: g\r\n\r\n")
                #expect(try await idle.answer().status == 200)
                try await eventually("idleness is cut") { idle.isClosed }

                var crowd: [RawClient] = []
                for _ in 0..<25 { crowd.append(try await gateway.connect()) }
                try await eventually("the last are refused") { crowd.filter(\.isClosed).count >= 5 }
                try await eventually("the others leave") { crowd.allSatisfy(\.isClosed) }
                #expect(try await gateway.send("GET", "/health/live").status == 200)
            }
        }

        @Test("Case 49: before it closes anything, the gateway sends its clients elsewhere with their answers")
        func leaving() async throws {
            try await TestGateway.with(drainPeriod: .seconds(4)) { gateway in
                let token = try gateway.token()
                let request = "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                let client = try await gateway.connect()
                try await client.send(request)
                #expect(try await client.answer().value("Connection") == nil)
                await gateway.stop()
                try await eventually("it says that it stops") {
                    try await gateway.send("GET", "/health/ready").body.contains("draining")
                }
                #expect(!client.isClosed)
                for client in [client, try await gateway.connect()] {
                    try await client.send(request)
                    let answer = try await client.answer()
                    #expect(answer.status == 200)
                    #expect(answer.value("Connection") == "close")
                    try await eventually("the connection ends") { client.isClosed }
                }
            }
        }

        @Test(
            "Case 49: asked to stop, the gateway finishes what is under way, says that it will close, and takes nothing new"
        )
        func draining() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                gateway.lesson.follow { $0.uri.hasSuffix("slow") ? .stream(bytes: 20 << 20) : .answer() }
                let idle = try await gateway.connect()
                try await idle.send("GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n")
                #expect(try await idle.answer().status == 200)
                let busy = try await RawClient.connect(gateway.port, keeps: false, autoRead: false)
                try await busy.send(
                    "GET /api/v1/lessons/slow HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                )
                try await eventually("it is under way") {
                    gateway.lesson.requests.contains { $0.uri.hasSuffix("slow") }
                }
                await gateway.stop()
                try await eventually("the idle connection ends") { idle.isClosed }
                #expect(!busy.isClosed)
                try await eventually("nobody new is let in") {
                    do {
                        let late = try await gateway.connect()
                        try await late.close()
                        return false
                    } catch {
                        return true
                    }
                }
                try await busy.channel.setOption(.autoRead, value: true).get()
                try await eventually("the answer is complete") { busy.received > 20 << 20 }
                try await eventually("and then it ends") { busy.isClosed }
            }
        }
    }
}
