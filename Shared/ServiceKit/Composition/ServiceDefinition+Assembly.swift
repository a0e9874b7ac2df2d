internal import Contracts
internal import Directory
internal import EventStorePostgres
public import Foundation
public import Logging
internal import Messaging
internal import ServiceLifecycle

extension ServiceDefinition {
    /// Puts the service together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - instance: A name that no other process has.
    ///   - verificationKeys: The public keys of access tokens; `nil` takes the service's own, or those at `JWKS_URL`.
    ///   - clock: The time; only tests drive it.
    ///   - onListening: Told the port as soon as connections are accepted.
    /// - Throws: What is wrong with routes or settings.
    public func assemble(
        _ platform: PlatformSettings,
        _ settings: Settings,
        openAPI: String,
        instance: String,
        metrics: MetricsRegistry,
        verificationKeys: (any VerificationKeys)? = nil,
        clock: @escaping @Sendable () -> Date = { Date() },
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> ServiceRuntime {
        let assembly = ServiceAssembly(self, platform, instance: instance, clock: clock, logger: logger)
        let (postgres, gate) = (assembly.postgres, assembly.gate)
        let parts = try self.compose(assembly.context, settings)
        let subscriptions = self.subscriptions(parts.subscriptions)
        let subscriber = assembly.subscriber(subscriptions)
        let policyGuard = try assembly.policyGuard()
        let ownKeys = verificationKeys ?? parts.verificationKeys
        let remoteKeys = RemoteKeySet(url: platform.jwksURL, logger: logger)
        let health = assembly.health(subscriber, policyGuard, ownKeys ?? remoteKeys)
        metrics.observe(postgres: postgres)
        metrics.observe(publisher: assembly.publisher)

        var routes = parts.routes
        TraceRoutes(store: assembly.store, service: self.name).declare(in: &routes)
        OperationsRoutes(health: health, metrics: metrics, openAPI: try OpenAPIDocument(yaml: openAPI))
            .declare(in: &routes)

        let messaging = Together(services: [assembly.relay, assembly.responder(), subscriber])
        let housekeeping: [any Service] = [
            IdempotencyRetention(client: postgres, logger: logger), LagMeter(client: postgres, metrics: metrics),
        ]
        var services: [any Service] = [postgres, assembly.publisher, gate]
        if ownKeys == nil { services.append(remoteKeys) }
        services.append(policyGuard)
        services += ([messaging] + housekeeping + parts.background).map { Gated(gate: gate, inner: $0) }
        services.append(try assembly.server(routes, ownKeys ?? remoteKeys, metrics, onListening: onListening))
        services.append(DrainPeriod(health: health))
        return ServiceRuntime(
            routes: routes,
            subscriptions: subscriptions,
            health: health,
            postgres: postgres,
            personalKeys: parts.personalKeys,
            services: services
        )
    }

    /// What every service does about people, before what this one does.
    ///
    /// It follows who is who, and forgets what it answered to a person who is erased. The service that tells of people knows
    /// without being told.
    private func subscriptions(_ own: Subscriptions) -> Subscriptions {
        guard self.name != DirectorySubscriptions.source else { return own }
        var all = Subscriptions()
        DirectorySubscriptions.add(to: &all)
        all.on(UserErased.self, from: DirectorySubscriptions.source) { received, work in
            Idempotency.forget(received.payload.userID, in: work.session)
        }
        return all.adding(own)
    }
}
