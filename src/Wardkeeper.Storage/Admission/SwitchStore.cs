using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission.Switches;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Admission;

/// <summary>A switch; its access stands encrypted in its body.</summary>
internal sealed class AdmissionSwitchRow
{
    public required string Address { get; set; }

    /// <summary>Encrypted JSON.</summary>
    public required byte[] Body { get; set; }
}

internal sealed class AdmissionSwitchTable : IEntityTypeConfiguration<AdmissionSwitchRow>
{
    public void Configure(EntityTypeBuilder<AdmissionSwitchRow> builder)
    {
        builder.ToTable("admission_switches").HasKey(row => row.Address);
        FindingTables.SnakeCase(builder);
    }
}

/// <summary>Switches in the relational store.</summary>
internal sealed class SwitchStore(StoreFactory stores, HubGate gate, SecretBox box, IAuditLog audit) : IAdmissionSwitches
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<KnownSwitch>> ListAsync(CancellationToken cancel = default) =>
        [.. (await AccessesAsync(cancel)).Select(one => new KnownSwitch(one.Address, one.Port, one.User, one.SignPassword is not null, one.HidePassword is not null))];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SnmpAccess>> AccessesAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        List<AdmissionSwitchRow> rows = await context.Set<AdmissionSwitchRow>().AsNoTracking().OrderBy(row => row.Address).ToListAsync(cancel);
        return [.. rows.Select(row => box.Open(row.Body) is { } plain ? JsonSerializer.Deserialize<Body>(plain)!.Access(row.Address) : null).OfType<SnmpAccess>()];
    }

    /// <inheritdoc/>
    public Task<Outcome> SaveAsync(Actor who, SnmpAccess access, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(access);
        bool isWrong = access.Port is < 1 or > 65_535 || access.Community is null == access.User is null || access is { SignPassword.Length: < 8 } or { HidePassword.Length: < 8 } or { HidePassword: not null, SignPassword: null };
        return isWrong ? Task.FromResult(new Outcome(OutcomeKind.Invalid, 0, "refused.switch-access")) : RunAsync(who, "admission-switch-saved", access.Address, access.ToString(), (transaction, address) => transaction.RunAsync(
            "INSERT INTO admission_switches (address, body) VALUES (@p0, @p1) ON CONFLICT (address) DO UPDATE SET body = excluded.body", cancel, address, box.Seal(JsonSerializer.SerializeToUtf8Bytes(Body.Of(access)))), cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome> RemoveAsync(Actor who, IPAddress address, CancellationToken cancel = default) =>
        RunAsync(who, "admission-switch-removed", address, null, (transaction, key) => transaction.RunAsync("DELETE FROM admission_switches WHERE address = @p0", cancel, key), cancel);

    private async Task<Outcome> RunAsync(Actor who, string action, IPAddress address, string? after, Func<System.Data.Common.DbTransaction, string, Task<int>> change, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.Administrator)) return new Outcome(OutcomeKind.NotAllowed, 0, "refused.needs-administrator");
        return await gate.RunAsync(async (_, transaction) =>
        {
            if (await change(transaction, address.ToString()) == 0) return new Outcome(OutcomeKind.NotFound);
            await audit.AppendAsync(who, action, address.ToString(), null, after, null, cancel);
            return new Outcome(OutcomeKind.Done);
        }, cancel: cancel);
    }

    /// <summary>What is kept encrypted.</summary>
    private sealed record Body(int Port, string? Community, string? User, SnmpHash Hash, string? SignPassword, string? HidePassword)
    {
        public static Body Of(SnmpAccess one) => new(one.Port, one.Community, one.User, one.Hash, one.SignPassword, one.HidePassword);

        public SnmpAccess Access(string address) => new(IPAddress.Parse(address), Port, Community, User, Hash, SignPassword, HidePassword);
    }
}
