using System.Runtime.CompilerServices;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Databases;

/// <summary>
/// A folder of a fresh database, made once per hospital and copied for every host: making one takes longer than anything else that
/// a service does at its start. It holds a database <c>clinic</c> with tables <c>patient</c> and <c>result</c>, and a user <c>service</c>.
/// </summary>
/// <param name="name">Name of its folder.</param>
/// <param name="make">Makes the folder at a path.</param>
internal sealed class DatabaseTemplate(string name, Func<string, CancellationToken, Task> make)
{
    /// <summary>The database of each server.</summary>
    public const string Database = "clinic";

    private readonly ConditionalWeakTable<HospitalSite, Task> made = [];

    /// <summary>The tables and what is in them, in SQL that both servers take.</summary>
    public static IReadOnlyList<string> Tables { get; } =
    [
        "create table patient(id varchar(16) primary key, name varchar(80), birth date)",
        "create table result(id varchar(16) primary key, patient varchar(16), test varchar(16), value varchar(32), unit varchar(16))",
        "insert into patient values ('HL00001','Miller Anna','1960-02-03'), ('HL00018','王小东','1949-12-31')",
        "insert into result values ('S1','HL00001','K','4.2','mmol/l'), ('S2','HL00018','GLU','5.6','mmol/l')",
    ];

    /// <summary>A copy of the folder for one host.</summary>
    public async Task<string> CopyAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string template = Path.Combine(site.FolderOf(name), "template"), copy = Path.Combine(site.FolderOf(name), host.Device.Key);
        Task making;
        lock (made)
        {
            if (!made.TryGetValue(site, out Task? begun)) made.Add(site, begun = make(template, cancel));
            making = begun;
        }
        await making;
        // With owners and rights as they are; the servers insist on them.
        await RunAsync("cp", ["-a", template, copy], null, cancel);
        return copy;
    }

    /// <summary>Runs a program that makes something of the template, which needs no network.</summary>
    /// <exception cref="LabException">It failed.</exception>
    public static async Task RunAsync(string program, IEnumerable<string> arguments, string? input, CancellationToken cancel)
    {
        (int code, string output) = await IpTool.RunAsync(program, arguments, input, cancel);
        if (code != 0) throw new LabException($"{program} ended with {code}: {output.Trim()}");
    }
}
