import Foundation
import Postgres
import ServiceLifecycle
import TestKit
import Testing

@Suite("A listener")
struct ListenerTests {
    @Test("hears notifications, and listens again after its connection was lost")
    func reconnects() async throws {
        try await TestPostgres.withDatabase { url in
            let proxy = try FaultProxy(to: try #require(url.port))
            defer { proxy.stop() }
            let configuration = try PostgresConfiguration(
                url: "postgres://postgres@127.0.0.1:\(proxy.port)/\(url.lastPathComponent)"
            )
            let listener = PostgresListener(
                channels: ["news", "Odd \"name\""],
                configuration: configuration,
                logger: .silent
            )
            let running = Task { await listener.run() }
            var events = listener.events.makeAsyncIterator()
            let client = try TestPostgres.client(url)
            defer { client.close() }

            #expect(await events.next() == .listening)
            try await client.transaction { session in
                session.enqueue("SELECT pg_notify('news', 'one')")
                session.enqueue("SELECT pg_notify('Odd \"name\"', 'ü')")
            }
            #expect(await events.next() == .notification(channel: "news", payload: "one"))
            #expect(await events.next() == .notification(channel: "Odd \"name\"", payload: "ü"))

            proxy.cut()
            #expect(await events.next() == .listening)
            try await client.withSession { try $0.execute("NOTIFY news, 'two'") }
            #expect(await events.next() == .notification(channel: "news", payload: "two"))

            running.cancel()
            await running.value
            #expect(await events.next() == nil)
        }
    }
}
