using System.Security.Cryptography;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Hub.Access;

/// <summary>A second factor offered to a person; in force once a code of it was entered.</summary>
/// <param name="Secret">The secret in base32.</param>
/// <param name="Url">Address for an authenticator.</param>
public sealed record Enrolment(string Secret, string Url);

/// <summary>One-time codes and recovery codes of persons.</summary>
public sealed class SecondFactor(IAccessStore store, IOneTimeCodes codes, SecretBox box, TimeProvider time)
{
    private const int RecoveryCodes = 10, RecoveryLength = 20;
    private const string RecoveryAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>Offers a second factor to a signed-in person who proved the password again. An offer not confirmed is replaced by the next.</summary>
    public async Task<Enrolment> OfferAsync(Actor who, long userId, string password, CancellationToken cancel = default)
    {
        await ProveAsync(userId, password, cancel);
        return await store.ChangeAsync(async change =>
        {
            Account account = await UserRules.FindAsync(change, userId);
            if (account.User.HasSecondFactor) throw new RefusedException(Refusal.Conflict, "", "second-factor-present", "A second factor is enrolled already; remove it first.");
            byte[] secret = codes.MakeSecret();
            await change.NoteAsync(account with { CodeSecret = box.Seal(secret), LastCodeStep = 0 });
            await change.AuditAsync(who, "second-factor-offered", "user:" + account.User.Name);
            return new Enrolment(codes.Show(secret), codes.Url(secret, account.User.Name));
        }, cancel);
    }

    /// <summary>Puts an offered factor in force; answers with recovery codes, which are shown once.</summary>
    public Task<IReadOnlyList<string>> ConfirmAsync(Actor who, long userId, string code, CancellationToken cancel = default) => store.ChangeAsync<IReadOnlyList<string>>(async change =>
    {
        Account account = await UserRules.FindAsync(change, userId);
        if (account.User.HasSecondFactor || account.CodeSecret is null) throw new RefusedException(Refusal.Conflict, "", "second-factor-not-offered", "No second factor waits for its first code; begin the enrolment anew.");
        long step = Step(account, code) ?? throw new RefusedException(Refusal.Invalid, "code", "code-wrong", "The code is wrong; check the clock of the device that makes it, and enter the code shown now.");
        string[] recovery = [.. Enumerable.Range(0, RecoveryCodes).Select(_ => MakeRecovery())];
        await change.SaveAsync(account with { User = account.User with { HasSecondFactor = true }, LastCodeStep = step, RecoveryHashes = [.. recovery.Select(HashRecovery)] });
        await change.AuditAsync(who, "second-factor-enrolled", "user:" + account.User.Name);
        return recovery;
    }, cancel);

    /// <summary>Removes the person's own factor, with the password.</summary>
    public async Task RemoveOwnAsync(Actor who, long userId, string password, CancellationToken cancel = default)
    {
        await ProveAsync(userId, password, cancel);
        await RemoveAsync(who, userId, cancel);
    }

    /// <summary>Removes somebody's factor, for example because the device was lost.</summary>
    public Task RemoveAsync(Actor who, long userId, CancellationToken cancel = default) => store.ChangeAsync(async change =>
    {
        Account account = await UserRules.FindAsync(change, userId);
        if (account.CodeSecret is null) return false;
        await change.SaveAsync(account with { User = account.User with { HasSecondFactor = false }, CodeSecret = null, LastCodeStep = 0, RecoveryHashes = [] });
        await change.AuditAsync(who, "second-factor-removed", "user:" + account.User.Name);
        return true;
    }, cancel);

    /// <summary>Uses a code up; null when it is wrong, was used before, or is older than one used.</summary>
    internal Account? Use(Account account, string code)
    {
        code = code.Replace(" ", "", StringComparison.Ordinal);
        if (code.Length > 64) return null;
        if (Step(account, code) is { } step) return account with { LastCodeStep = step };
        string hash = HashRecovery(code);
        return account.RecoveryHashes.Contains(hash) ? account with { RecoveryHashes = [.. account.RecoveryHashes.Where(other => other != hash)] } : null;
    }

    private long? Step(Account account, string code) =>
        account.CodeSecret is { } sealedSecret && box.Open(sealedSecret) is { } secret && codes.Match(secret, code.Trim(), time.GetUtcNow()) is { } step && step > account.LastCodeStep ? step : null;

    private async Task ProveAsync(long userId, string password, CancellationToken cancel)
    {
        string hash = await store.ChangeAsync(async change => (await UserRules.FindAsync(change, userId)).PasswordHash, cancel);
        if (!await Passwords.VerifyAsync(hash, password, cancel)) throw new RefusedException(Refusal.Invalid, "password", "password-wrong", "The password is wrong.");
    }

    private static string MakeRecovery() => string.Join('-', RandomNumberGenerator.GetString(RecoveryAlphabet, RecoveryLength).Chunk(5).Select(part => new string(part)));

    private static string HashRecovery(string code) => SecretText.Hash(code.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant());
}
