using System.Globalization;
using System.Net;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response.Points.Nftables;

/// <summary>How the point is set up.</summary>
/// <param name="Hook">Where the filter stands; off by default.</param>
/// <param name="Namespace">Network namespace that it runs in; empty for the machine's own network.</param>
/// <param name="Table">Name of its table.</param>
/// <param name="Rate">Kilobytes a second that a slowed device may send, and get.</param>
public sealed record NftablesOptions(NftablesHook Hook = NftablesHook.Off, string Namespace = "", string Table = "wardkeeper", int Rate = 64);

/// <summary>
/// Carries actions out in the packet filter of Linux, on a machine through which the devices' traffic goes. All addresses of a device act together. The kernel ends every action at
/// its time by itself; existing connections go on when new ones are blocked.
/// </summary>
/// <param name="options">How it is set up, asked at each use.</param>
/// <param name="devices">Where devices' addresses are known.</param>
/// <param name="clock">Wall clock.</param>
internal sealed class NftablesPoint(Func<NftablesOptions> options, IDeviceQueries devices, TimeProvider clock) : IEnforcementPoint
{
    // An address that was left longer ago may be another's by now.
    private static readonly TimeSpan StillIts = TimeSpan.FromHours(12);

    /// <inheritdoc/>
    public string Name => "nftables";

    /// <inheritdoc/>
    public async ValueTask<string?> ObstacleAsync(LadderStep step, long device, CancellationToken cancel)
    {
        NftablesOptions set = options();
        if (set.Hook == NftablesHook.Off) return "the packet filter is not set up (response.nftablesHook).";
        if (!NftablesRules.Can(set.Hook, step)) return step == LadderStep.BlockNewFlow ? "a bridge knows no connections, so it cannot block new ones alone." : $"the packet filter cannot {KebabWord.Of(step)}.";
        try
        {
            string[] values = await AddressesAsync(set.Hook, device, cancel);
            if (values.Length == 0) return set.Hook == NftablesHook.Bridge ? "no MAC address of the device is known." : "the device has no IP address of its own now.";
            NftablesElement? other = (await ElementsAsync(set, cancel)).FirstOrDefault(element => values.Contains(element.Value) && element.Set == NftablesRules.SetOf(step, element.Value));
            return other is null ? null : $"{other.Value} is held already by {other.Comment}.";
        }
        catch (EnforcementException e)
        {
            return e.Message;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Receipt> ApplyAsync(ClearedAction action, long device, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(action);
        NftablesOptions set = options();
        if (!NftablesRules.Can(set.Hook, action.Action.Step)) throw new EnforcementException($"The packet filter is not set up for {KebabWord.Of(action.Action.Step)}.");
        long seconds = (long)Math.Ceiling(action.Until.Since(clock.Now()).TotalSeconds);
        if (seconds <= 0) throw new EnforcementException("The action's time is over.");
        string[] values = await AddressesAsync(set.Hook, device, cancel);
        if (values.Length == 0) throw new EnforcementException("No address of the device is known.");
        string comment = NftablesRules.CommentOf(action.Action.Number, device);
        await new NftablesProgram(set.Namespace).ChangeAsync(NftablesRules.Table(set.Hook, set.Table, set.Rate) + NftablesRules.Add(set.Hook, set.Table, action.Action.Step, values, comment, seconds), cancel);
        return new Receipt(action.Action.Number, Name, device, JsonSerializer.Serialize(new Applied(set.Hook, set.Namespace, set.Table, [.. values.Select(value => NftablesRules.SetOf(action.Action.Step, value) + " " + value)])), clock.Now());
    }

    /// <inheritdoc/>
    public async ValueTask<VerificationResult> VerifyAsync(Receipt receipt, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        if (receipt.Applied.Length == 0) return new VerificationResult(Verification.NotYet, "nothing is known of what was applied");
        Applied applied = JsonSerializer.Deserialize<Applied>(receipt.Applied)!;
        NftablesElement[] own = [.. (await ElementsAsync(Of(applied), cancel)).Where(element => element.Comment == NftablesRules.CommentOf(receipt.Action, receipt.Device))];
        string[] missing = [.. applied.Elements.Where(wanted => !own.Any(element => $"{element.Set} {element.Value}" == wanted))];
        if (missing.Length > 0) return new VerificationResult(Verification.NotAsOrdered, $"not in the kernel's sets: {string.Join(", ", missing)}");
        return new VerificationResult(Verification.AsOrdered, string.Create(CultureInfo.InvariantCulture, $"in the kernel's sets: {string.Join(", ", applied.Elements)}; the kernel ends it in {own.Min(element => element.Expires)} s; {own.Sum(element => element.Packets)} packets met it"));
    }

    /// <inheritdoc/>
    public async ValueTask UndoAsync(Receipt receipt, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        NftablesOptions set = receipt.Applied.Length == 0 ? options() : Of(JsonSerializer.Deserialize<Applied>(receipt.Applied)!);
        string comment = NftablesRules.CommentOf(receipt.Action, receipt.Device);
        NftablesElement[] own = await OwnAsync();
        if (own.Length == 0) return;
        try
        {
            await new NftablesProgram(set.Namespace).ChangeAsync(NftablesRules.Delete(set.Hook, set.Table, own), cancel);
        }
        catch (EnforcementException)
        {
            // The kernel may have let one go between the look and the change, which then fails as a whole.
            own = await OwnAsync();
            if (own.Length > 0) await new NftablesProgram(set.Namespace).ChangeAsync(NftablesRules.Delete(set.Hook, set.Table, own), cancel);
        }

        async Task<NftablesElement[]> OwnAsync() => [.. (await ElementsAsync(set, cancel)).Where(element => element.Comment == comment)];
    }

    private static NftablesOptions Of(Applied applied) => new(applied.Hook, applied.Namespace, applied.Table);

    private static async Task<IReadOnlyList<NftablesElement>> ElementsAsync(NftablesOptions set, CancellationToken cancel)
    {
        try
        {
            return await new NftablesProgram(set.Namespace).ListAsync(NftablesRules.FamilyOf(set.Hook), set.Table, cancel) is { } json ? NftablesRules.Read(json) : [];
        }
        catch (JsonException e)
        {
            throw new EnforcementException($"nft's answer could not be read: {e.Message}", e);
        }
    }

    /// <summary>The addresses by which a device is held: its MAC addresses at a bridge, else the IP addresses that are its own now.</summary>
    private async Task<string[]> AddressesAsync(NftablesHook hook, long device, CancellationToken cancel)
    {
        if (await devices.GetAsync(device, null, cancel) is not { } known) return [];
        if (hook == NftablesHook.Bridge) return [.. known.Interfaces.Where(one => one.Mac != default).Select(one => one.Mac.ToString().ToLowerInvariant()).Distinct()];
        CaptureTime since = known.Line.LastSeen.Plus(-StillIts);
        return [.. known.Interfaces.SelectMany(one => one.Addresses).Where(address => address.Last >= since).Select(address => address.Ip.ToString()).Where(text => IPAddress.TryParse(text, out _)).Distinct()];
    }

    /// <summary>What was applied, as the receipt keeps it.</summary>
    private sealed record Applied(NftablesHook Hook, string Namespace, string Table, IReadOnlyList<string> Elements);
}
