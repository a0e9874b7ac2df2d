internal import Yams

/// One contract out of those of several services.
///
/// Operations keep the paths and the order of their documents, and get the service's title as their tag. A component that
/// all describe alike stands there once; one that two describe differently gets the service's name in front of its own, and
/// so does whatever refers to it.
public struct OpenAPICatalogue {
    /// A service's document.
    public struct Chapter: Sendable {
        let service: String
        let yaml: String

        /// - Parameters:
        ///   - service: The name that tells components apart: `lesson`.
        ///   - yaml: The document.
        public init(service: String, yaml: String) {
            self.service = service
            self.yaml = yaml
        }
    }

    private struct Document {
        let service: String
        let root: Node
        /// Component names by section, `schemas/Lesson`, that have to be renamed.
        var renamed: Set<String> = []
    }

    /// Puts documents together.
    ///
    /// - Parameters:
    ///   - title: The title of the whole.
    ///   - chapters: The documents, in the order of reading.
    ///   - isReachable: Whether this path of this service is part of the whole.
    /// - Returns: The document as YAML and as JSON.
    /// - Throws: What is wrong with the YAML.
    public static func merge(
        title: String,
        _ chapters: [Chapter],
        isReachable: (_ service: String, _ path: String) -> Bool
    ) throws -> OpenAPIDocument {
        var documents = try chapters.compactMap { chapter in
            try Yams.compose(yaml: chapter.yaml).map { Document(service: chapter.service, root: $0) }
        }
        Self.findConflicts(&documents)
        var paths: [(Node, Node)] = []
        var sections: [(name: String, members: [(Node, Node)])] = []
        for document in documents {
            for (path, item) in document.root["paths"]?.mapping ?? [:] {
                guard let text = path.string, isReachable(document.service, text) else { continue }
                paths.append((path, Self.operations(of: item, in: document)))
            }
            for (section, members) in document.root["components"]?.mapping ?? [:] {
                Self.add(members, of: section.string ?? "", in: document, to: &sections)
            }
        }
        let components = sections.map { (Node($0.name), Node($0.members)) }
        let merged = Node([
            (Node("openapi"), Node("3.1.0")),
            (
                Node("info"),
                Node([(Node("title"), Node(title)), (Node("version"), Node("1.0.0", .implicit, .doubleQuoted))])
            ),
            (Node("servers"), Node([Node([(Node("url"), Node("/"))])])),
            (Node("tags"), Node(documents.map { Self.tag(of: $0) })),
            (Node("paths"), Node(paths)),
            (Node("components"), Node(components)),
        ])
        return try OpenAPIDocument(yaml: try Yams.serialize(node: merged, allowUnicode: true))
    }

    /// Finds the components that have to be renamed: those that differ, and those that refer to them.
    private static func findConflicts(_ documents: inout [Document]) {
        var first: [String: Node] = [:]
        var differing: Set<String> = []
        for document in documents {
            Self.forEachComponent(of: document) { name, node in
                if let other = first[name], other != node { differing.insert(name) }
                first[name] = node
            }
        }
        for index in documents.indices {
            var renamed = differing
            var count = -1
            while renamed.count != count {
                count = renamed.count
                Self.forEachComponent(of: documents[index]) { name, node in
                    if Self.references(in: node).contains(where: { renamed.contains($0) }) { renamed.insert(name) }
                }
            }
            documents[index].renamed = renamed
        }
    }

    private static func forEachComponent(of document: Document, _ body: (_ name: String, _ node: Node) -> Void) {
        for (section, members) in document.root["components"]?.mapping ?? [:] {
            for (name, node) in members.mapping ?? [:] { body("\(section.string ?? "")/\(name.string ?? "")", node) }
        }
    }

    private static func references(in node: Node) -> [String] {
        switch node {
        case .mapping(let mapping):
            mapping.flatMap { key, value in
                key.string == "$ref" ? [value.string.map { Self.component($0) } ?? ""] : Self.references(in: value)
            }
        case .sequence(let sequence): sequence.flatMap { Self.references(in: $0) }
        case .scalar, .alias: []
        }
    }

    /// `schemas/Lesson` of `#/components/schemas/Lesson`.
    private static func component(_ reference: String) -> String {
        String(reference.dropFirst(reference.hasPrefix("#/components/") ? "#/components/".count : 0))
    }

    private static func add(
        _ members: Node,
        of section: String,
        in document: Document,
        to sections: inout [(name: String, members: [(Node, Node)])]
    ) {
        if !sections.contains(where: { $0.name == section }) { sections.append((section, [])) }
        guard let index = sections.firstIndex(where: { $0.name == section }) else { return }
        for (name, node) in members.mapping ?? [:] {
            let name = Self.name(name.string ?? "", in: section, of: document)
            guard !sections[index].members.contains(where: { $0.0.string == name }) else { continue }
            sections[index].members.append((Node(name), Self.rewrite(node, in: document)))
        }
    }

    private static func name(_ name: String, in section: String, of document: Document) -> String {
        guard document.renamed.contains("\(section)/\(name)") else { return name }
        return document.service.prefix(1).uppercased() + document.service.dropFirst() + name
    }

    private static func operations(of item: Node, in document: Document) -> Node {
        Node(
            (item.mapping ?? [:]).map { method, operation in
                guard Method(rawValue: (method.string ?? "").uppercased()) != nil else {
                    return (method, Self.rewrite(operation, in: document))
                }
                var members = (Self.rewrite(operation, in: document).mapping ?? [:]).map { ($0.key, $0.value) }
                if operation["tags"] == nil {
                    members.insert((Node("tags"), Node([Node(Self.title(of: document))])), at: 0)
                }
                if operation["security"] == nil, let security = document.root["security"] {
                    members.append((Node("security"), security))
                }
                return (method, Node(members))
            }
        )
    }

    /// The node with its references following the components to their new names.
    private static func rewrite(_ node: Node, in document: Document) -> Node {
        switch node {
        case .mapping(let mapping):
            return Node(
                mapping.map { key, value in
                    guard key.string == "$ref", let text = value.string, text.hasPrefix("#/components/") else {
                        return (key, Self.rewrite(value, in: document))
                    }
                    let parts = Self.component(text).split(separator: "/", maxSplits: 1).map(String.init)
                    guard parts.count == 2 else { return (key, value) }
                    let name = Self.name(parts[1], in: parts[0], of: document)
                    return (key, Node("#/components/\(parts[0])/\(name)", .implicit, .doubleQuoted))
                }
            )
        case .sequence(let sequence): return Node(sequence.map { Self.rewrite($0, in: document) })
        case .scalar, .alias: return node
        }
    }

    private static func title(of document: Document) -> String {
        document.root["info"]?["title"]?.string ?? document.service
    }

    private static func tag(of document: Document) -> Node {
        var members = [(Node("name"), Node(Self.title(of: document)))]
        if let description = document.root["info"]?["description"] {
            members.append((Node("description"), description))
        }
        return Node(members)
    }
}
