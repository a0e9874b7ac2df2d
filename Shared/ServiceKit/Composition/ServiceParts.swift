public import EventStorePostgres
public import Messaging
public import ServiceLifecycle

/// What a service is made of, once it has been put together.
public struct ServiceParts: Sendable {
    /// Its HTTP face.
    public var routes = RouteTable()
    /// What it does about the events of others.
    public var subscriptions = Subscriptions()
    /// What runs beside them: started once the schema has its shape, and stopped before anything it stands on.
    ///
    /// It may end by itself when its work is done.
    public var background: [any Service] = []
    /// The keys of the persons whose data its events hold, if they do.
    public var personalKeys: PersonalKeys?
    /// Where the public keys of access tokens come from, when it is this service that makes them.
    public var verificationKeys: (any VerificationKeys)?

    /// Nothing yet.
    public init() {}
}
