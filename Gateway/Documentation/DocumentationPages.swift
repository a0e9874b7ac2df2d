internal import Crypto
internal import FoundationEssentials
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// `/docs` and `/redoc`: the platform's contract to look at and to try, without anything from elsewhere.
///
/// The programs of Swagger UI and Redoc lie in a folder that the set-up fills; without it the pages say so.
final class DocumentationPages: Sendable {
    private struct File: Sendable {
        let contentType: String
        let body: ByteBuffer
        let compressed: ByteBuffer?
        let tag: String

        init(_ contentType: String, _ body: ByteBuffer, compressed: ByteBuffer? = nil) {
            self.contentType = contentType
            self.body = body
            self.compressed = compressed
            let digest = SHA256.hash(data: Data(body.readableBytesView)).prefix(12)
            self.tag = "\"\(digest.map { String($0, radix: 16) }.joined())\""
        }
    }

    private static let assets = [
        "swagger-ui.css": "text/css; charset=utf-8",
        "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
        "redoc.standalone.js": "text/javascript; charset=utf-8",
        "favicon-32x32.png": "image/png",
    ]
    /// Scripts come from here only; what is loaded, asked and framed is listed, and nothing else is allowed.
    private static let policy = """
        default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'
        """

    private let files: [String: File]

    /// - Parameters:
    ///   - folder: Where Swagger UI and Redoc are; `nil` if nowhere.
    ///   - logger: Told what is missing.
    init(folder: String?, logger: Logger) {
        var files = [
            "swagger.js": File(
                "text/javascript; charset=utf-8",
                ByteBuffer(bytes: PackageResources.swagger_js)
            )
        ]
        for (name, contentType) in Self.assets {
            guard let folder else { break }
            do {
                let body = ByteBuffer(bytes: try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
                let compressed = try? Data(contentsOf: URL(filePath: "\(folder)/\(name).gz"))
                files[name] = File(contentType, body, compressed: compressed.map { ByteBuffer(bytes: $0) })
            } catch {
                logger.warning(
                    "a part of /docs and /redoc is missing: \(error)",
                    metadata: ["file": "\(folder)/\(name)"]
                )
            }
        }
        self.files = files
    }

    /// Swagger UI.
    func swagger() -> Answer {
        self.page(PackageResources.swagger_html, needs: "swagger-ui-bundle.js", policy: "style-src 'self'")
    }

    /// Redoc, which writes its styles itself and searches in a worker.
    func redoc() -> Answer {
        self.page(
            PackageResources.redoc_html,
            needs: "redoc.standalone.js",
            policy: "style-src 'unsafe-inline'; worker-src blob:"
        )
    }

    /// A part of the pages; `nil` if there is none of that name.
    func asset(_ name: String, _ headers: HTTPHeaders) -> Answer? {
        guard let file = self.files[name] else { return nil }
        var answer = Answer(status: 200, contentType: file.contentType)
        answer.headers = [("Cache-Control", "public, max-age=3600"), ("ETag", file.tag), ("Vary", "Accept-Encoding")]
        if headers["if-none-match"].contains(where: { $0.contains(file.tag.dropLast()) }) {
            answer.status = 304
        } else if let compressed = file.compressed, headers["accept-encoding"].contains(where: { $0.contains("gzip") })
        {
            // Another representation, so another tag (RFC 9110 section 8.8.3).
            answer.headers[1].value = "\"\(file.tag.dropFirst().dropLast())-gzip\""
            answer.headers.append(("Content-Encoding", "gzip"))
            answer.body = compressed
        } else {
            answer.body = file.body
        }
        return answer
    }

    private func page(_ html: [UInt8], needs asset: String, policy: String) -> Answer {
        guard self.files[asset] != nil else {
            let text =
                "The pages are not installed here; DOCS_ASSETS names their folder. The contract is at /openapi.json.\n"
            return Answer(status: 200, contentType: "text/plain; charset=utf-8", body: ByteBuffer(string: text))
        }
        return Answer(
            status: 200,
            contentType: "text/html; charset=utf-8",
            headers: [("Content-Security-Policy", "\(Self.policy); \(policy)"), ("Cache-Control", "no-cache")],
            body: ByteBuffer(bytes: html)
        )
    }
}
