internal import ArgumentParser
internal import EventSourcing
internal import Foundation
internal import Messaging

/// Where a person looks after dead letters, on the command line.
struct DeadLetterDesk {
    let letters: DeadLetters
    let replay: DeadLetterReplay

    func perform(_ command: any ParsableCommand) async throws {
        switch command {
        case let show as ServiceCommand.DeadLetterCommand.Show:
            try await self.show(show.id)
        case let replay as ServiceCommand.DeadLetterCommand.Replay:
            try await self.replay(replay.id)
        case let discard as ServiceCommand.DeadLetterCommand.Discard:
            self.report(try await self.letters.discard(discard.id, because: discard.reason), "discarded", discard.id)
        default:
            try await self.list()
        }
    }

    private func list() async throws {
        let letters = try await self.letters.list()
        if letters.isEmpty { print("No open dead letters.") }
        for letter in letters {
            print(
                letter.id.lowercased,
                RFC3339.string(letter.receivedAt),
                letter.type,
                "from",
                letter.source,
                "–",
                letter.reason
            )
        }
    }

    private func show(_ id: UUID) async throws {
        guard let letter = try await self.letters.show(id) else { return self.report(false, "shown", id) }
        print("id:         ", letter.id.lowercased)
        print("type:       ", letter.type, "from", letter.source)
        print("received:   ", RFC3339.string(letter.receivedAt))
        print("correlation:", letter.correlationID)
        print("status:     ", letter.status)
        print("reason:     ", letter.reason)
        print(String(decoding: letter.body, as: UTF8.self))
    }

    private func replay(_ id: UUID?) async throws {
        if let id { return self.report(try await self.replay.replay(id), "sent again", id) }
        print(try await self.replay.replayAll(), "sent again.")
    }

    private func report(_ done: Bool, _ what: String, _ id: UUID) {
        print(id.lowercased, done ? "\(what)." : "can not be \(what): no such open dead letter.")
        if !done { exit(EX_NOINPUT) }
    }
}
