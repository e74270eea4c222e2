using System.Threading.Channels;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Wires;

/// <summary>
/// Ports of very many devices behind one cable: the kernel's packet filter on the bridge lets through the addresses that are in the medical VLAN and drops all others, those in
/// quarantine too. What is to be changed is changed in batches.
/// </summary>
internal sealed class CrowdWires : IPortWires, IAsyncDisposable
{
    private const int Most = 500;
    private readonly Channel<(string Mac, bool IsIn, TaskCompletionSource Done)> changes = Channel.CreateUnbounded<(string, bool, TaskCompletionSource)>();
    private readonly HashSet<string> inside = new(StringComparer.Ordinal);
    private readonly Ward ward;
    private readonly Task applying;

    private CrowdWires(Ward ward)
    {
        this.ward = ward;
        applying = Task.Run(ApplyAsync);
    }

    /// <summary>Puts the cable on the medical bridge, with nobody let through.</summary>
    public static async Task<CrowdWires> MakeAsync(Ward ward, string port, CancellationToken cancel)
    {
        await IpTool.ShellAsync(ward.Switch, $"nft -f - <<'N'\ntable bridge crowd {{\n set medical {{\n  type ether_addr\n }}\n chain forward {{\n  type filter hook forward priority 0; policy accept;\n  iifname \"{port}\" ether saddr != @medical drop\n }}\n}}\nN\nip link set {port} master br{ward.Vlans.Medical}\n", cancel);
        return new CrowdWires(ward);
    }

    /// <inheritdoc/>
    public async Task ConnectAsync(string port, string mac, string? vlan, string? filter, CancellationToken cancel)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await changes.Writer.WriteAsync((mac, vlan == WardVlans.Text(ward.Vlans.Medical), done), cancel);
        await done.Task.WaitAsync(cancel);
    }

    /// <inheritdoc/>
    public PortCounters Count(string port) => default;

    /// <summary>Lets nobody through, as a switch that has just been switched on.</summary>
    public async Task ClearAsync(CancellationToken cancel)
    {
        lock (inside) inside.Clear();
        await IpTool.ShellAsync(ward.Switch, "nft flush set bridge crowd medical", cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        changes.Writer.TryComplete();
        await applying;
    }

    private async Task ApplyAsync()
    {
        while (await changes.Reader.WaitToReadAsync())
        {
            List<TaskCompletionSource> done = [];
            HashSet<string> touched = new(StringComparer.Ordinal);
            string[] added, removed;
            lock (inside)
            {
                while (done.Count < Most && changes.Reader.TryRead(out (string Mac, bool IsIn, TaskCompletionSource Done) one))
                {
                    done.Add(one.Done);
                    if (one.IsIn ? inside.Add(one.Mac) : inside.Remove(one.Mac)) touched.Add(one.Mac);
                }
                // A device that came and went in one batch ends as it was asked for last.
                added = [.. touched.Where(inside.Contains).Select(MacText.Colons)];
                removed = [.. touched.Where(mac => !inside.Contains(mac)).Select(MacText.Colons)];
            }
            try
            {
                // What is to be taken out is put in before: it need not be there.
                string text = (removed.Length > 0 ? $"add element bridge crowd medical {{ {string.Join(", ", removed)} }}\ndelete element bridge crowd medical {{ {string.Join(", ", removed)} }}\n" : "")
                    + (added.Length > 0 ? $"add element bridge crowd medical {{ {string.Join(", ", added)} }}\n" : "");
                if (text.Length > 0) await IpTool.ShellAsync(ward.Switch, $"nft -f - <<'N'\n{text}N\n", CancellationToken.None);
                foreach (TaskCompletionSource one in done) one.TrySetResult();
            }
            catch (LabException e)
            {
                foreach (TaskCompletionSource one in done) one.TrySetException(e);
            }
        }
    }
}
