internal import ServiceLifecycle

/// Something that starts once the schema has its shape, and may have done its work before the process stops.
struct Gated: Service {
    let gate: SchemaGate
    let inner: any Service

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.gate.opened() }
        } catch is CancellationError {
            return
        }
        try await self.inner.run()
        // While a group stops, it takes a service that ends before it was told to for a failure.
        try? await gracefulShutdown()
    }
}
