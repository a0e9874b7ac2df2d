internal import ServiceLifecycle

/// Services that do not stand on each other: they stop at the same time, where a group would let each wait for the next.
struct Together: Service {
    let services: [any Service]

    func run() async throws {
        try await withThrowingTaskGroup { group in
            for service in self.services {
                group.addTask { try await service.run() }
            }
            try await group.waitForAll()
        }
    }
}
