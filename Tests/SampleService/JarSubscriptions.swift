internal import EventSourcing
internal import EventStorePostgres
internal import FoundationEssentials
internal import Messaging
public import Postgres

/// What a sample service does about the jars of another: it fills jars of its own with as many marbles, and keeps a diary.
public enum JarSubscriptions {
    /// The table in which it writes what it received, in order.
    public static let migration = Migration(
        101,
        "received",
        """
        CREATE TABLE received (
            number         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            event_id       uuid   NOT NULL,
            jar            uuid   NOT NULL,
            stream_version bigint NOT NULL,
            count          integer NOT NULL
        );
        """
    )

    /// Listens to the jars of a service.
    ///
    /// - Parameters:
    ///   - source: The service.
    ///   - wantsWithdrawals: Whether to listen to marbles that are taken out.
    ///   - fillsJars: Whether to do more than to note what was received.
    ///   - trouble: Called first, with the number of marbles; may throw, or worse.
    static func to(
        _ source: String,
        wantsWithdrawals: Bool,
        fillsJars: Bool,
        trouble: @escaping @Sendable (Int) throws -> Void
    ) -> Subscriptions {
        let jars = AggregateRepository<Jar>(projections: [JarContents()])
        var subscriptions = Subscriptions()
        subscriptions.on(MarblesAnnounced.self, from: source) { received, work in
            try trouble(received.payload.count)
            if fillsJars { try jars.handle(.add([received.payload.count]), on: received.payload.jarID, in: work) }
            work.note(received.event, of: received.payload.jarID, count: received.payload.count)
        }
        guard wantsWithdrawals else { return subscriptions }
        subscriptions.on(MarblesWithdrawn.self, from: source) { received, work in
            try trouble(-received.payload.count)
            if fillsJars { try jars.handle(.take(received.payload.count), on: received.payload.jarID, in: work) }
            work.note(received.event, of: received.payload.jarID, count: -received.payload.count)
        }
        return subscriptions
    }
}

extension UnitOfWork {
    fileprivate func note(_ event: IntegrationEvent, of jar: UUID, count: Int) {
        self.session.enqueue(
            """
            INSERT INTO received (event_id, jar, stream_version, count)
            VALUES (\(event.id), \(jar), \(event.streamVersion.rawValue), \(count))
            """
        )
    }
}
