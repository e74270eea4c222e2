using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(Wardkeeper.Storage.Tests.PostgresServer))]

namespace Wardkeeper.Storage.Tests;

/// <summary>A PostgreSQL cluster of our own, started when the first test asks for it. Root starts it as the system's user <c>postgres</c>, since PostgreSQL refuses root.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly string? Programs = new[] { "/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin", "/usr/bin", "/usr/local/bin" }
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    private readonly SemaphoreSlim gate = new(1, 1);
    private string? folder, connection;
    private int databases;

    /// <summary>Connection string of a new, empty database; skips the test where PostgreSQL is not installed.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        Assert.SkipWhen(Programs is null, "PostgreSQL is not installed.");
        await gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            connection ??= await StartAsync();
            string name = string.Create(CultureInfo.InvariantCulture, $"test_{++databases}");
            await using NpgsqlConnection admin = new(connection);
            await admin.OpenAsync(TestContext.Current.CancellationToken);
            await using NpgsqlCommand create = new($"CREATE DATABASE {name}", admin);
            await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return new NpgsqlConnectionStringBuilder(connection) { Database = name }.ToString();
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        gate.Dispose();
        if (folder is null) return;
        NpgsqlConnection.ClearAllPools();
        await RunAsync("pg_ctl", "-D", Path.Combine(folder, "data"), "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(Programs!, program);
        string[] command = Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments] : [path, .. arguments];
        ProcessStartInfo start = new(command[0]) { WorkingDirectory = "/" };
        foreach (string one in command.Skip(1)) start.ArgumentList.Add(one);
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<string> StartAsync()
    {
        folder = Directory.CreateTempSubdirectory("wardkeeper-pg-").FullName;
        if (Environment.UserName == "root")
        {
            using Process own = Process.Start("chown", ["postgres:", folder]);
            await own.WaitForExitAsync();
        }
        string data = Path.Combine(folder, "data"), port = FreePort().ToString(CultureInfo.InvariantCulture);
        await RunAsync("initdb", "-D", data, "-U", "ward", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-N");
        await RunAsync("pg_ctl", "-D", data, "-l", Path.Combine(folder, "log"), "-w", "-o", $"-c listen_addresses=127.0.0.1 -p {port} -k {folder}", "start");
        return $"Host=127.0.0.1;Port={port};Username=ward;Database=postgres";
    }
}
