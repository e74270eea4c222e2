using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Databases;

/// <summary>PostgreSQL in clear text, as small as it can be. It refuses to run as root, so it runs as Debian's user <c>postgres</c>; its log says what it is asked.</summary>
internal sealed class PostgresqlService : IService
{
    /// <summary>Port of PostgreSQL.</summary>
    public const int Port = 5432;

    private const string Account = "postgres";
    private static readonly string Programs = ProgramsFolder();
    private readonly DatabaseTemplate template = new("postgresql", MakeAsync);

    /// <inheritdoc/>
    public string Word => "postgresql";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new(Path.Combine(Programs, "postgres"), "postgresql"), new("setpriv", "util-linux")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string data = await template.CopyAsync(host, site, cancel);
        string[] settings =
        [
            "fsync=off", "shared_buffers=8MB", "max_connections=20", "autovacuum=off", "max_wal_senders=0", "wal_level=minimal", "max_logical_replication_workers=0", "log_connections=on", "log_statement=all",
        ];
        return await DeviceSystem.ServeAsync(host, site, Path.Combine(Programs, "postgres"),
            ["-D", data, "-k", "", "-h", "0.0.0.0", "-p", $"{Port}", .. settings.SelectMany(setting => new[] { "-c", setting })], [Port], cancel, Account);
    }

    private static async Task MakeAsync(string folder, CancellationToken cancel)
    {
        await DatabaseTemplate.RunAsync("install", ["-d", "-o", Account, "-g", Account, "-m", "700", folder], null, cancel);
        await AsOwnerAsync("initdb", ["-D", folder, "-A", "trust", "-U", Account, "-N", "--wal-segsize=1", "-E", "UTF8", "--locale=C.UTF-8"], null, cancel);
        await File.AppendAllTextAsync(Path.Combine(folder, "pg_hba.conf"), "host all all 0.0.0.0/0 md5\n", cancel);
        await StatementsAsync(folder, Account, [$"create role {DeviceSystem.User} superuser login password '{DeviceSystem.Password}'", $"create database {DatabaseTemplate.Database}"], cancel);
        await StatementsAsync(folder, DatabaseTemplate.Database, DatabaseTemplate.Tables, cancel);
    }

    /// <summary>Without a server: the single-user mode takes one statement a line.</summary>
    private static Task StatementsAsync(string folder, string database, IReadOnlyList<string> statements, CancellationToken cancel) =>
        AsOwnerAsync("postgres", ["--single", "-F", "-D", folder, "-c", "exit_on_error=on", database], string.Concat(statements.Select(statement => statement + "\n")), cancel);

    private static Task AsOwnerAsync(string program, IEnumerable<string> arguments, string? input, CancellationToken cancel)
    {
        string[] owner = DeviceSystem.As(Account);
        return DatabaseTemplate.RunAsync(owner[0], [.. owner.Skip(1), Path.Combine(Programs, program), .. arguments], input, cancel);
    }

    /// <summary>Debian keeps each release's programs in a folder of its own; the newest is taken.</summary>
    private static string ProgramsFolder() =>
        Directory.Exists("/usr/lib/postgresql") && Directory.EnumerateDirectories("/usr/lib/postgresql").MaxBy(folder => double.TryParse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture, out double release) ? release : 0) is { } newest
            ? Path.Combine(newest, "bin")
            : "/usr/lib/postgresql/bin";
}
