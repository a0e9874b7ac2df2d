public import EventSourcing
internal import FoundationEssentials
internal import Testing

/// What every event store promises; each is checked against a store that others may use at the same time.
///
/// ```swift
/// @Test(arguments: EventStoreConformance.allCases)
/// func keepsThePromise(_ promise: EventStoreConformance) async throws { try await promise.check(store) }
/// ```
public enum EventStoreConformance: String, CaseIterable, Sendable {
    case `a stream that nobody wrote to is empty`
    case `what was appended is read back unchanged and in order`
    case `reading continues after a version`
    case `a writer who believes in another version is refused and nothing is written`
    case `a new stream can be created once`
    case `whoever does not care about the version always appends`
    case `an event identity is accepted once`
    case `a refused batch leaves nothing behind`
    case `appending nothing changes nothing`
    case `of many writers with the same belief one wins`
    case `streams of other categories do not mix`
    case `the log is read in pieces without gaps or repetitions`
    case `positions rise along a stream`

    /// Checks one promise.
    public func check(_ store: some EventStore) async throws {
        let stream = StreamName(category: "conformance", id: .version7())
        switch self {
        case .`a stream that nobody wrote to is empty`:
            #expect(try await store.read(stream, after: .empty).isEmpty)

        case .`what was appended is read back unchanged and in order`:
            let events = [Self.event("first"), Self.event("second"), Self.event("third")]
            let version = try await store.append(events, to: stream, expecting: .noStream)
            let read = try await store.read(stream, after: .empty)
            #expect(version == StreamVersion(rawValue: 3))
            #expect(read.map(\.event) == events)
            #expect(read.map(\.stream) == [stream, stream, stream])
            #expect(read.map(\.streamVersion.rawValue) == [1, 2, 3])

        case .`reading continues after a version`:
            let events = [Self.event(), Self.event(), Self.event()]
            try await store.append(events, to: stream, expecting: .noStream)
            let rest = try await store.read(stream, after: StreamVersion(rawValue: 2))
            #expect(rest.map(\.event) == [events[2]])

        case .`a writer who believes in another version is refused and nothing is written`:
            try await store.append([Self.event()], to: stream, expecting: .noStream)
            for belief: Int64 in [0, 2, 7] {
                await #expect(throws: EventStoreError(.versionConflict, stream: stream)) {
                    try await store.append(
                        [Self.event()],
                        to: stream,
                        expecting: .exactly(StreamVersion(rawValue: belief))
                    )
                }
            }
            #expect(try await store.read(stream, after: .empty).count == 1)

        case .`a new stream can be created once`:
            try await store.append([Self.event()], to: stream, expecting: .noStream)
            await #expect(throws: EventStoreError(.versionConflict, stream: stream)) {
                try await store.append([Self.event()], to: stream, expecting: .noStream)
            }

        case .`whoever does not care about the version always appends`:
            for expected: Int64 in 1...3 {
                let version = try await store.append([Self.event()], to: stream, expecting: .any)
                #expect(version == StreamVersion(rawValue: expected))
            }

        case .`an event identity is accepted once`:
            let event = Self.event()
            let other = StreamName(category: "conformance", id: .version7())
            try await store.append([event], to: stream, expecting: .noStream)
            await #expect(throws: EventStoreError(.duplicateEvent, stream: other)) {
                try await store.append([event], to: other, expecting: .noStream)
            }

        case .`a refused batch leaves nothing behind`:
            let event = Self.event()
            try await store.append([event], to: stream, expecting: .noStream)
            await #expect(throws: EventStoreError(.duplicateEvent, stream: stream)) {
                try await store.append([Self.event(), event], to: stream, expecting: .any)
            }
            #expect(try await store.read(stream, after: .empty).map(\.event) == [event])

        case .`appending nothing changes nothing`:
            let version = try await store.append([], to: stream, expecting: .noStream)
            #expect(version == .empty)
            #expect(try await store.read(stream, after: .empty).isEmpty)

        case .`of many writers with the same belief one wins`:
            let wins = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        do {
                            try await store.append([Self.event(), Self.event()], to: stream, expecting: .noStream)
                            return true
                        } catch let error as EventStoreError {
                            #expect(error.code == .versionConflict)
                        } catch {
                            Issue.record(error)
                        }
                        return false
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(wins == 1)
            #expect(try await store.read(stream, after: .empty).count == 2)

        case .`streams of other categories do not mix`:
            let twin = StreamName(category: "conformance_twin", id: stream.id)
            try await store.append([Self.event("mine")], to: stream, expecting: .noStream)
            try await store.append([Self.event("other")], to: twin, expecting: .noStream)
            #expect(try await store.read(stream, after: .empty).map(\.event.type) == ["mine"])

        case .`the log is read in pieces without gaps or repetitions`:
            let events = (0..<7).map { _ in Self.event() }
            for event in events { try await store.append([event], to: stream, expecting: .any) }
            var position = GlobalPosition.start
            var seen: [RecordedEvent] = []
            // Not at once: a store may hold events back until every older transaction of its server has ended.
            try await eventually("the end of the log") {
                let piece = try await store.readAll(after: position, limit: 3)
                guard let last = piece.last else { return false }
                #expect(piece.count <= 3)
                #expect(last.position > position)
                position = last.position
                seen += piece
                return piece.last?.event == events.last
            }
            #expect(seen.filter { $0.stream == stream }.map(\.event) == events)
            #expect(Set(seen.map(\.event.id)).count == seen.count)

        case .`positions rise along a stream`:
            try await store.append([Self.event(), Self.event()], to: stream, expecting: .noStream)
            try await store.append([Self.event()], to: stream, expecting: .any)
            let positions = try await store.read(stream, after: .empty).map(\.position)
            #expect(positions == positions.sorted())
            #expect(Set(positions).count == 3)
        }
    }

    /// Any event, with everything that a store has to keep.
    private static func event(_ type: String = "conformance.happened") -> NewEvent {
        NewEvent(
            id: .version7(),
            type: type,
            schemaVersion: 2,
            // As Postgres writes jsonb: a store may keep the value instead of the bytes.
            data: Array(#"{"text": "Первый шаг", "number": 1}"#.utf8),
            metadata: EventMetadata(
                correlationID: "conformance",
                causationID: .version7(),
                actor: .version7(),
                traceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            ),
            recordedAt: Date(timeIntervalSince1970: 1_772_377_200.125)
        )
    }
}
