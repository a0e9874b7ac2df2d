/// What is told to the broker about a batch, with as few words as possible.
enum Settlement: Equatable {
    /// Acknowledges the delivery, and with `multiple` all open ones before it.
    case acknowledge(UInt64, multiple: Bool)
    /// Gives the delivery back, or to the dead letters.
    case reject(UInt64, requeue: Bool)

    /// Sums up the verdicts about a batch.
    ///
    /// Batches are settled one after the other and in order, so everything before a batch is settled, and `multiple`
    /// covers a run of acknowledgements exactly.
    ///
    /// - Parameters:
    ///   - verdicts: One for each tag. A missing one means that nobody knows what happened: again.
    ///   - tags: The numbers of the deliveries, ascending.
    static func summary(of verdicts: [Verdict], for tags: [UInt64]) -> [Settlement] {
        var settlements: [Settlement] = []
        var run: (last: UInt64, count: Int)?
        func endRun() {
            if let run { settlements.append(.acknowledge(run.last, multiple: run.count > 1)) }
            run = nil
        }
        for (index, tag) in tags.enumerated() {
            switch index < verdicts.count ? verdicts[index] : .requeue {
            case .done:
                run = (tag, (run?.count ?? 0) + 1)
            case .requeue:
                endRun()
                settlements.append(.reject(tag, requeue: true))
            case .deadLetter:
                endRun()
                settlements.append(.reject(tag, requeue: false))
            }
        }
        endRun()
        return settlements
    }
}
