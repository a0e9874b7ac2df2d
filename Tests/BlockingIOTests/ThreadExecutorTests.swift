import BlockingIO
import Foundation
import TestKit
import Testing

@Suite("A thread executor")
struct ThreadExecutorTests {
    private actor Resident {
        private let executor = ThreadExecutor(name: "a rather long name")
        private var visits = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

        func visit() -> (number: Int, thread: UInt) {
            self.visits += 1
            return (self.visits, UInt(pthread_self()))
        }

        func name() throws -> String {
            try String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
        }

        func block(for duration: TimeInterval) {
            Thread.sleep(forTimeInterval: duration)
        }
    }

    @Test("runs an actor's jobs on one thread of its own, whose name debuggers see")
    func oneThread() async throws {
        let resident = Resident()
        var threads: Set<UInt> = []
        for number in 1...100 {
            let visit = await resident.visit()
            #expect(visit.number == number)
            threads.insert(visit.thread)
        }
        #expect(threads.count == 1)
        #expect(try await resident.name() == "a rather long n\n")
    }

    @Test("lets a hundred actors block at the same time without anybody else waiting")
    func blocking() async {
        let started = ContinuousClock.now
        await withTaskGroup { group in
            for _ in 1...100 { group.addTask { await Resident().block(for: 0.2) } }
        }
        // One after the other they would take twenty seconds.
        #expect(started.duration(to: .now) < .seconds(10))
    }

    @Test("ends its thread when its actor is gone")
    func ends() async throws {
        func threads() throws -> Int {
            let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
            return tasks.count { task in
                // A thread may end between the listing and the look.
                let name = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
                return name == "ephemeral\n"
            }
        }
        actor Guest {
            private let executor = ThreadExecutor(name: "ephemeral")
            nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }
            func greet() {}
        }
        for _ in 1...50 { await Guest().greet() }
        try await eventually { try threads() == 0 }
    }
}
