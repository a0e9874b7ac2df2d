internal import Postgres

/// Empty twins of tables in a schema beside theirs, and how they take the originals' place.
struct ShadowTables {
    let schema: String

    private var copies: String { "\(self.schema)_rebuild" }

    /// Makes unqualified names mean the twins, until the transaction ends.
    var searchPath: SQL {
        let path = "\(SQL.quoted(self.copies)),\(SQL.quoted(self.schema)),public"
        return "SELECT set_config('search_path', \(path), true)"
    }

    /// Creates the twins: the same columns, defaults, constraints, indexes and rights.
    ///
    /// But for exclusion constraints, which come with ``swap(_:in:)``. They hold between streams, and the log has an order
    /// within each stream only: of two transactions that met, the one that took what the other had given up may stand
    /// first. Replayed, both have it for a moment.
    func create(_ tables: [String], in session: PostgresSession) throws {
        if try session.queryFirst("SELECT FROM pg_namespace WHERE nspname = \(self.copies)") == nil {
            session.enqueue("CREATE SCHEMA \(identifier: self.copies)")
        }
        self.drop(tables, in: session)
        for table in tables {
            session.enqueue(
                """
                CREATE TABLE \(identifier: self.copies).\(identifier: table)
                (LIKE \(identifier: self.schema).\(identifier: table) INCLUDING ALL)
                """
            )
            for (name, _) in try self.exclusions(self.copies, table, session) {
                session.enqueue(
                    "ALTER TABLE \(identifier: self.copies).\(identifier: table) DROP CONSTRAINT \(identifier: name)"
                )
            }
            try self.copyRights(of: table, in: session)
        }
    }

    /// Says whose twins these are.
    func mark(_ tables: [String], as owner: String, in session: PostgresSession) {
        for table in tables {
            session.enqueue(
                "COMMENT ON TABLE \(identifier: self.copies).\(identifier: table) IS \(unescaped: SQL.literal(owner))"
            )
        }
    }

    /// Keeps others from removing the twins until the transaction ends.
    ///
    /// - Returns: Whether all of them are still somebody's.
    func hold(_ tables: [String], of owner: String, in session: PostgresSession) throws -> Bool {
        try tables.allSatisfy { table in
            do {
                try session.execute("LOCK TABLE \(identifier: self.copies).\(identifier: table) IN ROW EXCLUSIVE MODE")
            } catch SQLState.undefinedTable {
                return false
            }
            let name = "\(SQL.quoted(self.copies)).\(SQL.quoted(table))"
            return try session.queryFirst("SELECT obj_description(\(name)::text::regclass, 'pg_class')")?
                .decode(0, as: String?.self) == owner
        }
    }

    /// Removes what is left of twins.
    func drop(_ tables: [String], in session: PostgresSession) {
        for table in tables {
            session.enqueue("DROP TABLE IF EXISTS \(identifier: self.copies).\(identifier: table)")
        }
    }

    /// Whether a table and its twin hold different rows, in whatever order.
    func differs(_ table: String, in session: PostgresSession) throws -> Bool {
        try self.fingerprint(self.schema, table, session) != self.fingerprint(self.copies, table, session)
    }

    /// Puts the twin in the place of the original, which is gone then.
    func swap(_ table: String, in session: PostgresSession) throws {
        for (name, definition) in try self.exclusions(self.schema, table, session) {
            session.enqueue(
                """
                ALTER TABLE \(identifier: self.copies).\(identifier: table)
                ADD CONSTRAINT \(identifier: name) \(unescaped: definition)
                """
            )
        }
        session.enqueue("DROP TABLE \(identifier: self.schema).\(identifier: table)")
        session.enqueue(
            "ALTER TABLE \(identifier: self.copies).\(identifier: table) SET SCHEMA \(identifier: self.schema)"
        )
    }

    /// A number of rows and a sum over them: one pass without sorting, because writers wait for it.
    private func fingerprint(_ schema: String, _ table: String, _ session: PostgresSession) throws -> String? {
        try session.queryFirst(
            """
            SELECT concat(count(*), '/', sum(hashtextextended(content::text, 0)::numeric))
            FROM \(identifier: schema).\(identifier: table) AS content
            """
        )?.decode(0)
    }

    /// The exclusion constraints of a table: their names and what they say.
    private func exclusions(
        _ schema: String,
        _ table: String,
        _ session: PostgresSession
    ) throws -> [(name: String, definition: String)] {
        try session.query(
            """
            SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype = 'x' AND conrelid = \("\(SQL.quoted(schema)).\(SQL.quoted(table))")::text::regclass
            """
        ).map { (try $0.decode(0), try $0.decode(1)) }
    }

    /// LIKE copies everything but these.
    private func copyRights(of table: String, in session: PostgresSession) throws {
        let rights = try session.query(
            """
            SELECT acl.privilege_type, coalesce(quote_ident(grantee.rolname), 'PUBLIC'), acl.is_grantable
            FROM pg_class, aclexplode(relacl) acl LEFT JOIN pg_roles grantee ON grantee.oid = acl.grantee
            WHERE pg_class.oid = \("\(SQL.quoted(self.schema)).\(SQL.quoted(table))")::text::regclass
              AND acl.grantee <> relowner
            """
        )
        for right in rights {
            let privilege = try right.decode(0, as: String.self)
            let grantee = try right.decode(1, as: String.self)
            let option = try right.decode(2, as: Bool.self) ? " WITH GRANT OPTION" : ""
            session.enqueue(
                """
                GRANT \(unescaped: privilege) ON \(identifier: self.copies).\(identifier: table)
                TO \(unescaped: grantee)\(unescaped: option)
                """
            )
        }
    }
}

extension SQL {
    /// A name in quotes, inside a text that names something.
    fileprivate static func quoted(_ name: String) -> String {
        SQL("\(identifier: name)").text
    }

    /// A text in quotes, where the grammar allows no parameter.
    fileprivate static func literal(_ text: String) -> String {
        "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }
}
