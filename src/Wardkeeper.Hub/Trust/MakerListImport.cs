using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>Takes makers' lists of revoked certificates, which people bring: only those that are whole, signed by a trusted maker, and not older than the one that is held.</summary>
internal sealed class MakerListImport(ITrustStore store, MakerRoots roots, IdentityDirectory identities, TimeProvider time)
{
    /// <summary>How far a maker's clock may be ahead.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    /// <summary>Imports one; see <see cref="ITrustCommands.ImportListAsync"/>.</summary>
    public async Task<MakerListOutcome> RunAsync(Actor who, byte[] file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        RevocationList list = RevocationList.Read(file, out CsrFault? fault) ?? throw Wrong(fault!.Code, fault.Message);
        DateTimeOffset now = time.GetUtcNow();
        if (list.Made > now + Ahead) throw Wrong("list-future", string.Create(CultureInfo.InvariantCulture, $"The list was made on {list.Made.UtcDateTime:yyyy-MM-dd HH:mm} UTC, which is still to come. Check the clocks."));
        (string issuer, MakerRoot root) = SignerOf(list, file, now) ?? throw Wrong("list-foreign", "The list is signed by no maker whose root is trusted here, or its signature is wrong. Import the maker's root first; where another authority signed, put its certificate into the same file (PEM).");
        RevocationList? before = roots.Lists.FirstOrDefault(one => one.Issuer == issuer) is { } held ? RevocationList.Read(held.Content, out _) : null;
        // Who hands in an older one would bring revoked devices back.
        if (before is not null && (list.Made < before.Made || list.Number < before.Number)) throw Wrong("list-older", string.Create(CultureInfo.InvariantCulture, $"A newer list of this maker is held already, made on {before.Made.UtcDateTime:yyyy-MM-dd HH:mm} UTC."));
        string name = DistinguishedNames.Rfc4514(list.IssuerName);
        MakerList made = new(issuer, name, root.Number, CaptureTime.FromDate(list.Made), list.Next is { } next ? CaptureTime.FromDate(next) : null, list.Revoked.Count, list.Der, time.Now(), who.Name);
        await store.SaveAsync(who, made, new AuditNote("maker-list-imported", "maker-root:" + root.Name, before is null ? null : Describe(before), $"{name}: {Describe(list)}"), cancel);
        roots.Put(made);
        return new MakerListOutcome(made, made.IsOutdatedAt(time.Now()), roots.AffectedAmong(identities.All.Where(one => one.Issuer == issuer)));
    }

    private static string Describe(RevocationList list) => string.Create(CultureInfo.InvariantCulture, $"{list.Revoked.Count} certificates, made {list.Made.UtcDateTime:yyyy-MM-dd HH:mm}, next {(list.Next is { } next ? next.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "not told")}");

    private (string KeyId, MakerRoot Root)? SignerOf(RevocationList list, byte[] file, DateTimeOffset now)
    {
        X509Certificate2Collection between = [];
        try
        {
            if (file.AsSpan().IndexOf("-----BEGIN CERTIFICATE-----"u8) >= 0) between.ImportFromPem(Encoding.Latin1.GetString(file));
            return roots.SignerOf(list, between, now);
        }
        catch (CryptographicException e)
        {
            throw Wrong("list-malformed", "A certificate in the file cannot be read: " + e.Message);
        }
        finally
        {
            foreach (X509Certificate2 one in between) one.Dispose();
        }
    }

    private static RefusedException Wrong(string code, string message) => new(Refusal.Invalid, "list", code, message);
}

/// <summary>What came of a maker's list.</summary>
/// <param name="List">The list.</param>
/// <param name="IsOutdated">Whether the maker promised a newer one already: it counts, and a newer one should be fetched.</param>
/// <param name="Affected">Devices that enrolled by a certificate which the maker has revoked. Nothing is done to them: a person decides.</param>
public sealed record MakerListOutcome(MakerList List, bool IsOutdated, IReadOnlyList<long> Affected);
