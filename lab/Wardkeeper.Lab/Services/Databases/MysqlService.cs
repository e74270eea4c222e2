using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Databases;

/// <summary>MariaDB in clear text, as small as it can be. What it is asked stands in <c>/var/log/mysql.log</c> of the device.</summary>
internal sealed class MysqlService : IService
{
    /// <summary>Port of MySQL and MariaDB.</summary>
    public const int Port = 3306;

    /// <summary>Without InnoDB, whose files are ten times as large as all others and slow to make.</summary>
    private static readonly string[] Engine = ["--skip-innodb", "--default-storage-engine=Aria"];

    private readonly DatabaseTemplate template = new("mysql", MakeAsync);

    /// <inheritdoc/>
    public string Word => "mysql";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("mariadbd", "mariadb-server"), new("mariadb-install-db", "mariadb-server")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string data = await template.CopyAsync(host, site, cancel);
        return await DeviceSystem.ServeAsync(host, site, "mariadbd",
        [
            "--no-defaults", $"--datadir={data}", "--socket=/run/mysql.sock", "--pid-file=/run/mysql.pid", $"--port={Port}", "--bind-address=0.0.0.0", "--user=root", "--skip-name-resolve", "--skip-log-bin",
            .. Engine, "--performance-schema=OFF", "--key-buffer-size=1M", "--aria-pagecache-buffer-size=4M", "--character-set-server=utf8mb4",
            $"--init-file={Path.Combine(site.FolderOf("mysql"), "template.sql")}", "--general-log", "--general-log-file=/var/log/mysql.log",
        ], [Port], cancel);
    }

    private static async Task MakeAsync(string folder, CancellationToken cancel)
    {
        // Its temporary tables have the same names in every lab.
        await DatabaseTemplate.RunAsync("mariadb-install-db",
            ["--no-defaults", $"--datadir={Directory.CreateDirectory(folder).FullName}", $"--tmpdir={Directory.CreateDirectory(folder + ".tmp").FullName}", "--user=root", "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", .. Engine], null, cancel);
        // One statement a line; the server runs them before it takes connections.
        await File.WriteAllLinesAsync(folder + ".sql",
        [
            "set names utf8mb4;", $"create database {DatabaseTemplate.Database};", $"create user {DeviceSystem.User}@'%' identified by '{DeviceSystem.Password}';", $"grant all on *.* to {DeviceSystem.User}@'%';",
            $"use {DatabaseTemplate.Database};", .. DatabaseTemplate.Tables.Select(statement => statement + ";"),
        ], cancel);
    }
}
