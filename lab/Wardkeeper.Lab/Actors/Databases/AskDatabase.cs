using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Databases;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Databases;

/// <summary>Asks a database with its own client, in clear text. A statement that the server refuses has failed.</summary>
internal sealed class AskDatabase : IActor<DatabaseAsked>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("mariadb", "mariadb-client"), new("psql", "postgresql-client"), new("redis-cli", "redis-tools")];

    /// <inheritdoc/>
    public Task ActAsync(DatabaseAsked what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace from = site[what.Actor];
        string server = site[what.Server].Device.Ip.ToString();
        return what.Kind switch
        {
            "mysql" => ProgramRun.MustRunAsync(from, site.LogOf(from, "mariadb"), "mariadb",
                ["--no-defaults", "-h", server, "-u", DeviceSystem.User, "-p" + DeviceSystem.Password, "--skip-ssl", "--default-character-set=utf8mb4", DatabaseTemplate.Database, "-e", what.Statement], Limit, cancel),
            "postgresql" => ProgramRun.MustRunAsync(from, site.LogOf(from, "psql"), "psql", ["-X", "-h", server, "-U", DeviceSystem.User, DatabaseTemplate.Database, "-t", "-c", what.Statement], Limit, cancel,
                environment: new Dictionary<string, string> { ["PGPASSWORD"] = DeviceSystem.Password, ["PGSSLMODE"] = "disable", ["PGGSSENCMODE"] = "disable" }),
            "redis" => ProgramRun.MustRunAsync(from, site.LogOf(from, "redis-cli"), "redis-cli", ["-e", "-h", server, .. what.Statement.Split(' ', StringSplitOptions.RemoveEmptyEntries)], Limit, cancel),
            _ => throw new LabException($"the plan asks a database '{what.Kind}'; known are mysql, postgresql and redis"),
        };
    }
}
