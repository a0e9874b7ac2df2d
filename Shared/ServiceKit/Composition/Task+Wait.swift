extension Task where Failure == Never {
    /// Waits for the task, but not too long.
    ///
    /// The task goes on: others may wait for it.
    func wait(upTo limit: Duration) async {
        let (ends, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let waiting = Task<Void, Never> {
            _ = await self.value
            continuation.yield()
        }
        let timer = Task<Void, any Error> {
            try await Task<Never, Never>.sleep(for: limit)
            continuation.yield()
        }
        defer {
            waiting.cancel()
            timer.cancel()
        }
        for await _ in ends { return }
    }
}
