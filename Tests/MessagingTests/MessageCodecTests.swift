import EventSourcing
import Foundation
import RabbitMQ
import TestKit
import Testing

@testable import Messaging

@Suite("EV-6: an event on the wire")
struct MessageCodecTests {
    private static let event = IntegrationEvent(
        id: id(1),
        type: "jar.marbles_announced",
        schemaVersion: 2,
        source: "jars",
        subject: StreamName(category: "jar", id: id(2)),
        streamVersion: StreamVersion(rawValue: 7),
        position: GlobalPosition(transaction: 4_294_967_297, sequence: 42),
        occurredAt: Date(timeIntervalSince1970: 1_772_377_200.125),
        metadata: EventMetadata(
            correlationID: "request-1",
            causationID: id(3),
            actor: id(4),
            traceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        ),
        data: Array(#"{"count":3}"#.utf8)
    )

    private static func id(_ number: UInt8) -> UUID { .sample(number) }

    @Test("its properties and headers are what others rely on")
    func golden() {
        let message = MessageCodec.message(Self.event, exchange: "repitbot.events")
        #expect(message.exchange == "repitbot.events")
        #expect(message.routingKey == "jar.marbles_announced")
        #expect(message.messageID == "0193168e-d800-7000-8000-000000000001")
        #expect(message.type == "jar.marbles_announced")
        #expect(message.appID == "jars")
        #expect(message.correlationID == "request-1")
        #expect(message.timestamp == Self.event.occurredAt)
        #expect(message.contentType == "application/json")
        #expect(message.isMandatory)
        #expect(message.expiration == nil)
        #expect(message.body == Array(#"{"count":3}"#.utf8))
        #expect(
            message.headers == [
                "schema_version": .integer(2),
                "subject": .string("jar-0193168e-d800-7000-8000-000000000002"),
                "stream_version": .integer(7),
                "position": .string("4294967297/42"),
                "occurred_at": .string("2026-03-01T15:00:00.125Z"),
                "causation_id": .string("0193168e-d800-7000-8000-000000000003"),
                "actor": .string("0193168e-d800-7000-8000-000000000004"),
                "traceparent": .string("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            ]
        )
    }

    @Test("it arrives as it was sent")
    func roundTrip() {
        #expect(MessageCodec.event(Self.delivery()) == Self.event)
    }

    @Test(
        "without one of the things that every event has, it is no event",
        arguments: [
            "message_id", "type", "app_id", "correlation_id", "schema_version", "subject", "stream_version", "position",
            "occurred_at",
        ]
    )
    func incomplete(_ missing: String) {
        #expect(MessageCodec.event(Self.delivery(without: missing)) == nil)
    }

    @Test("EV-15: headers that nobody knows yet are no obstacle")
    func unknownHeaders() {
        #expect(MessageCodec.event(Self.delivery(adding: ["new": .unknown(1), "x-death": .array([])])) == Self.event)
    }

    private static func delivery(
        without missing: String = "",
        adding more: [String: HeaderValue] = [:]
    ) -> Delivery {
        let message = MessageCodec.message(self.event, exchange: "e")
        func unless<T>(_ name: String, _ value: T) -> T? { missing == name ? nil : value }
        return Delivery(
            body: message.body,
            exchange: message.exchange,
            routingKey: message.routingKey,
            messageID: unless("message_id", message.messageID),
            type: unless("type", message.type),
            appID: unless("app_id", message.appID),
            correlationID: unless("correlation_id", message.correlationID ?? ""),
            timestamp: message.timestamp,
            headers: message.headers.filter { $0.key != missing }.merging(more) { $1 }
        )
    }
}
