public import Configuration
internal import SystemPackage

/// Where a program runs; decides how strictly its settings are taken.
public enum DeploymentEnvironment: String, CaseIterable, Sendable {
    /// A developer's machine: `.env` is read and placeholders are tolerated.
    case development
    /// Real people rely on it: only the environment is read, and placeholders are refused.
    case production

    static let key = ConfigurationKey<DeploymentEnvironment>.choice(
        "ENVIRONMENT",
        default: .development,
        "Production refuses the placeholders of .env.example."
    )
}

extension ConfigReader {
    /// The environment of the process and, outside production, the file `.env` of the working directory.
    public static func environment() async throws -> ConfigReader {
        let variables = EnvironmentVariablesProvider()
        let name = try variables.environmentValue(forName: DeploymentEnvironment.key.entry.name)
        guard name?.lowercased() != DeploymentEnvironment.production.rawValue else {
            return ConfigReader(provider: variables)
        }
        let file = try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
        return ConfigReader(providers: [variables, file])
    }

    /// Settings given in code, as if they were environment variables.
    public static func variables(_ values: [String: String]) -> ConfigReader {
        ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values))
    }
}
