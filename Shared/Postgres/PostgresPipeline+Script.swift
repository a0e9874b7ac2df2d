/// What pipeline mode can not do (manual, 34.5.1): multi-statement strings and COPY. It is left for the time.
extension PostgresPipeline {
    /// Runs statements separated by semicolons, without parameters and results.
    func run(script: String) throws {
        try self.outsidePipelineMode(sql: script) {
            let outcome = try self.finish()
            if let error = outcome.error { throw error }
        }
    }

    /// Runs `COPY … FROM STDIN` (manual, 34.10).
    ///
    /// - Parameters:
    ///   - sql: The COPY statement, without parameters.
    ///   - write: Called with the function that takes the data, in pieces of any size. If it throws, no row is stored.
    /// - Returns: The number of rows.
    /// - Throws: ``PostgresError`` or what `write` throws.
    func copyIn(_ sql: SQL, _ write: ((_ bytes: [UInt8]) throws -> Void) throws -> Void) throws -> Int {
        try self.outsidePipelineMode(sql: sql.text) {
            guard let start = try self.nextResult(), start.status == .copyIn else {
                throw try self.finish().error ?? PostgresError(.invalidUse, "not a COPY FROM STDIN")
            }
            do {
                try write { bytes in
                    while try !self.handle.putCopyData(bytes) { try self.flush() }
                    try self.flush()
                }
            } catch {
                while try !self.handle.putCopyEnd(refusal: "withdrawn by the client") { try self.flush() }
                _ = try self.finish()
                throw error
            }
            while try !self.handle.putCopyEnd(refusal: nil) { try self.flush() }
            let outcome = try self.finish()
            if let error = outcome.error { throw error }
            return outcome.affectedRows
        }
    }

    private func outsidePipelineMode<R>(sql: String, _ body: () throws -> R) throws -> R {
        _ = try self.complete()
        do {
            guard self.handle.exitPipelineMode(), self.handle.startScript(sql) else { throw self.handle.lost() }
            let result = Result { try body() }
            guard self.failure != nil || self.handle.enterPipelineMode() else { throw self.handle.lost() }
            return try result.get()
        } catch let error as PostgresError {
            self.remember(error.with(sql: sql))
            throw error.with(sql: sql)
        }
    }

    /// Takes all results up to the end of the script; throws only when there is no such end.
    private func finish() throws -> (affectedRows: Int, error: PostgresError?) {
        var affectedRows = 0
        var error: PostgresError?
        while let result = try self.nextResult() {
            switch result.status {
            case .success: affectedRows += result.affectedRows
            case .failure: error = error ?? result.error
            case .copyIn, .unexpected, .pipelineSync, .pipelineAborted: throw self.refuseCopy()
            }
        }
        return (affectedRows, error)
    }

    private func nextResult() throws -> PostgresResult? {
        let deadline = ContinuousClock.now + self.patience
        while !self.handle.hasResult {
            try self.wait(until: deadline, orWritable: try self.handle.flush())
        }
        return self.handle.takeResult()
    }

    private func flush() throws {
        while try self.handle.flush() {
            try self.wait(until: .now + self.patience, orWritable: true)
        }
    }
}
