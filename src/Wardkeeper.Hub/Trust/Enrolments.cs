using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>How a request for a certificate was answered: with a certificate, with patience, or with a reason against it.</summary>
/// <param name="Certificate">The certificate, or null.</param>
/// <param name="Waiting">The request that waits for a person, or null.</param>
/// <param name="Fault">Why not, or null.</param>
internal sealed record EnrolmentAnswer(X509Certificate2? Certificate, EnrolmentRequest? Waiting, CsrFault? Fault);

/// <summary>
/// Decides about requests for certificates, from whatever side they come. The subject is never taken from the request: the ledger says which device it
/// is, the credential says which serial number it has, and an earlier certificate is renewed as it was.
/// </summary>
internal sealed class Enrolments(ITrustStore store, AuthorityBook book, IdentityDirectory identities, TrustDesk desk, Refusals refusals, TrustOptions options, TimeProvider time)
{
    /// <summary>Answers a device.</summary>
    /// <param name="request">Its request, found good in form.</param>
    /// <param name="credential">By what it shows who it is.</param>
    /// <param name="mark">What tells this message from others: the request's hash, or for a key that the server makes something else.</param>
    /// <param name="address">Where from.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<EnrolmentAnswer> EnrolAsync(CheckedRequest request, Credential credential, string mark, string? address, CancellationToken cancel)
    {
        try
        {
            return await DecideAsync(request, credential, mark, address, cancel);
        }
        catch (RefusedException refused)
        {
            return Refuse(refused.Mistakes[0].Code, refused.Message);
        }
        catch (AuthorityKeyException e)
        {
            refusals.Trouble(e.Message);
            return Refuse("authority-key", "The authority's key is not at hand just now; try again later.");
        }
    }

    /// <summary>Issues a certificate that a person orders.</summary>
    /// <param name="who">Administrator.</param>
    /// <param name="request">The request.</param>
    /// <param name="profile">Profile.</param>
    /// <param name="name">Common name of a server or person; of a device its number in the ledger stands in its place.</param>
    /// <param name="names">DNS names and addresses of a server.</param>
    /// <param name="device">The device, for a profile of devices.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<(X509Certificate2 Bytes, IssuedCertificate Certificate)> OrderAsync(Actor who, CheckedRequest request, CertificateProfile profile, string? name, AlternativeNames names, long? device, string reason, CancellationToken cancel)
    {
        if (!who.Is(Role.Administrator)) throw new RefusedException(Refusal.Forbidden, "", "needs-administrator", "Certificates are ordered by administrators.");
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(Refusal.Invalid, "reason", "reason-missing", "Say what it is for.");
        string? serial = device is { } number ? await store.SerialOfAsync(number, cancel) ?? throw new RefusedException(Refusal.NotFound, "device", "no-such-device", $"The ledger has no device D-{number}.") : null;
        if (profile.Subject == SubjectKind.Device != device is not null) throw new RefusedException(Refusal.Invalid, "device", "device-wrong", "A profile of devices needs a device of the ledger, and no other takes one.");
        if (device is null && string.IsNullOrWhiteSpace(name)) throw new RefusedException(Refusal.Invalid, "name", "name-missing", "Say whose certificate it is.");
        X500DistinguishedName subject = device is { } known ? SubjectOf(known, serial) : Named(name!);
        Plan plan = new(profile, device, string.IsNullOrEmpty(serial) ? null : serial, subject, names, IdentityGrade.SoftwareCertificate, "by-hand");
        (X509Certificate2 made, IssuedCertificate stored) = await IssueAsync(who, request, plan, null, null, null, reason, cancel);
        return (made, stored);
    }

    private async Task<EnrolmentAnswer> DecideAsync(CheckedRequest request, Credential credential, string mark, string? address, CancellationToken cancel)
    {
        if (!book.IsReady) return Refuse("no-authority", "No authority issues certificates here yet.");
        string replay = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mark + "\n" + Identify(credential))));
        EnrolmentRequest? before = await store.EnrolmentAsync(null, replay, cancel);
        if (before?.State == EnrolmentState.Waiting) return new EnrolmentAnswer(null, before, null);
        if (before?.State == EnrolmentState.Refused) return Refuse("enrolment-refused", $"A person refused it: {before.Reason}");
        if (before?.State == EnrolmentState.Issued) return Refuse("csr-replayed", "This very message was answered already. Make a new request.");
        if (before is null && credential is VoucherCredential { Voucher.Used: not null }) return Refuse("token-used", "The one-time token was used already. Ask for another.");
        string? serial = credential switch { BirthCredential birth => birth.Serial, EarlierCredential earlier => earlier.Certificate.DeviceSerial, _ => null };
        if (serial is not null && request.DeviceSerial is { } claimed && !serial.Equals(claimed, StringComparison.OrdinalIgnoreCase)) return Refuse("serial-mismatch", $"The request is for the serial number {claimed}, but the credential belongs to {serial}.");
        Actor device = new("est:" + credential.How, new HashSet<Role>(), Address: address);
        (long? known, string? expected) = before is not null ? (before.Device, null) : await DeviceAsync(device, credential, request, cancel);
        if (Held(request, credential, known) is { } held) return new EnrolmentAnswer(null, null, Counted(held));
        EnrolmentRequest asked = before ?? new EnrolmentRequest(0, EnrolmentState.Waiting, credential.How, credential.Text, request.Subject, serial ?? request.DeviceSerial, request.KeyHash, known, address, time.Now()) { Replay = replay, Voucher = (credential as VoucherCredential)?.Voucher.Number };
        if (known is null && credential is not EarlierCredential)
        {
            EnrolmentRequest waiting = await store.AddAsync(device, asked, new AuditNote("enrolment-asked", "", null, $"{credential.Text}: {request.Subject}, key {request.KeyHash}"), cancel);
            return new EnrolmentAnswer(null, waiting, null);
        }
        Plan plan = await PlanAsync(request, credential, known, serial, cancel);
        (X509Certificate2 made, _) = await IssueAsync(device, request, plan, asked, credential as BirthCredential, expected, $"{credential.Text}{(asked.DecidedBy is { } by ? $", approved by {by}" : "")}", cancel);
        return new EnrolmentAnswer(made, null, null);
    }

    /// <summary>Which device of the ledger it is; null when a person must say so.</summary>
    private async Task<(long? Device, string? Expected)> DeviceAsync(Actor who, Credential credential, CheckedRequest request, CancellationToken cancel)
    {
        switch (credential)
        {
            case EarlierCredential earlier:
                return (earlier.Certificate.Device, null);
            case VoucherCredential { Voucher.Device: { } device }:
                string serial = await store.SerialOfAsync(device, cancel) ?? throw new RefusedException(Refusal.NotFound, "", "no-such-device", $"The ledger has no device D-{device} any more.");
                if (serial.Length > 0 && request.DeviceSerial is { } claimed && !serial.Equals(claimed, StringComparison.OrdinalIgnoreCase)) throw new RefusedException(Refusal.Conflict, "", "serial-mismatch", $"The request is for the serial number {claimed}, but the token is for another device.");
                return (device, null);
            case BirthCredential { Bound.Device: { } bound }:
                return (bound, null);
            case BirthCredential { Serial: { } born } when await store.ExpectedAsync(born, cancel) is [{ Enrolled: null } expected, ..]:
                long entered = expected.Device ?? await desk.DeviceAsync(who, born, expected.Maker, expected.Model, cancel);
                // Somebody already holds an identity for that serial number with another key: a person must look.
                return identities.CertificatesOf(entered).Any(one => one.IsValidAt(time.Now())) ? (null, null) : (entered, born);
            default:
                return (null, null);
        }
    }

    /// <summary>Whether the key, or the serial number that is claimed, belongs to somebody else.</summary>
    private CsrFault? Held(CheckedRequest request, Credential credential, long? device)
    {
        foreach (IssuedCertificate other in identities.WithKey(request.KeyHash))
        {
            if (other.RevokedAt is not null) return new CsrFault("key-revoked", "A certificate with this key was revoked. Make a new key.");
            bool isSame = credential is EarlierCredential earlier && device is null ? other.Subject == earlier.Certificate.Subject : other.Device == device && device is not null;
            if (!isSame) return new CsrFault("key-in-use", "The key belongs to another device already. Make a new key: no two devices have one.");
        }
        if (credential is BirthCredential || request.DeviceSerial is not { } serial) return null;
        CaptureTime now = time.Now();
        bool isTaken = identities.WithDeviceSerial(serial).Any(one => one.Device is not null && one.Device != device && one.IsValidAt(now));
        return isTaken ? new CsrFault("serial-in-use", $"Another device holds a certificate for the serial number {serial}.") : null;
    }

    private async Task<Plan> PlanAsync(CheckedRequest request, Credential credential, long? device, string? serial, CancellationToken cancel)
    {
        if (credential is EarlierCredential earlier)
        {
            return new Plan(CertificateProfile.All[earlier.Certificate.Profile], device, serial, earlier.Shown.SubjectName, CsrCheck.NamesOf(earlier.Shown), request.KeyHash == earlier.Certificate.KeyHash ? earlier.Certificate.Grade : IdentityGrade.SoftwareCertificate, credential.How);
        }
        string known = await store.SerialOfAsync(device!.Value, cancel) ?? "";
        string? named = serial ?? (known.Length > 0 ? known : request.DeviceSerial);
        CertificateProfile profile = credential is VoucherCredential { Voucher: var voucher } ? CertificateProfile.All[voucher.Profile] : CertificateProfile.All[CertificateProfile.Device];
        // Only the maker says that a key is in a chip; for other keys an attestation must.
        bool isBorn = credential is BirthCredential birth && KeyHashOf(birth.Certificate) == request.KeyHash;
        HardwareModuleName? module = credential is BirthCredential shown ? CsrCheck.NamesOf(shown.Certificate).Module : null;
        return new Plan(profile, device, named, SubjectOf(device.Value, named), AlternativeNames.None with { Module = module }, isBorn ? IdentityGrade.ChipCertificate : IdentityGrade.SoftwareCertificate, credential.How);
    }

    private async Task<(X509Certificate2 Made, IssuedCertificate Stored)> IssueAsync(Actor who, CheckedRequest request, Plan plan, EnrolmentRequest? asked, BirthCredential? birth, string? expected, string reason, CancellationToken cancel)
    {
        if (request.Kind == KeyKind.Rsa && request.Bits < plan.Profile.LeastRsaBits) throw new RefusedException(Refusal.Invalid, "", "key-weak", $"The RSA key has {request.Bits} bits; the profile {plan.Profile.Name} needs {plan.Profile.LeastRsaBits}.");
        Authority authority = book.Issuing(request.Kind) ?? throw new RefusedException(Refusal.Conflict, "", "no-authority", "No authority issues certificates here yet. Make one by 'wardkeeper trust init'.");
        X509Certificate2 issuer = book.CertificateOf(authority);
        DateTimeOffset now = time.GetUtcNow();
        X509Certificate2 made = CertificateMaker.Leaf(plan.Profile, request, plan.Subject, plan.Names, issuer, book.KeyOf(authority), options.Points(), now);
        IssuedCertificate certificate = new(0, plan.Device, plan.Profile.Name, plan.Grade, authority.KeyId, SerialNumbers.Text(made.SerialNumberBytes.Span), DistinguishedNames.Rfc4514(plan.Subject.RawData), plan.Serial, request.KeyHash,
            CertificateMaker.Time(made.NotBefore), CertificateMaker.Time(made.NotAfter), CaptureTime.FromDate(now + plan.Profile.RenewAfter), plan.How);
        AuditNote note = new("certificate-issued", "", null, string.Create(CultureInfo.InvariantCulture, $"{plan.Profile.Name}: {certificate.Subject}, serial number {certificate.Serial}, key {certificate.KeyHash}, until {made.NotAfter.ToUniversalTime():yyyy-MM-dd}, by {authority.Name}"), reason);
        (IssuedCertificate Certificate, byte[] Der)? bound = birth is { Bound: null } ? (Bound(birth, plan), birth.Certificate.RawData) : null;
        (IssuedCertificate stored, IssuedCertificate? born) = await store.IssueAsync(who, new Issue(certificate, made.RawData, asked, bound, expected), note, cancel);
        identities.Put(stored);
        if (born is not null)
        {
            identities.Learn(born.Issuer, birth!.Certificate.IssuerName.RawData);
            identities.Put(born);
        }
        return (made, stored);
    }

    private static IssuedCertificate Bound(BirthCredential birth, Plan plan) => new(0, plan.Device, IssuedCertificate.Outside, IdentityGrade.ChipCertificate, birth.Issuer, SerialNumbers.Text(birth.Certificate.SerialNumberBytes.Span), DistinguishedNames.Rfc4514(birth.Certificate.SubjectName.RawData), birth.Serial,
        KeyHashOf(birth.Certificate), CertificateMaker.Time(birth.Certificate.NotBefore), CertificateMaker.Time(birth.Certificate.NotAfter), CertificateMaker.Time(birth.Certificate.NotAfter), birth.How);

    private static string KeyHashOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>What stays the same when one credential is shown again.</summary>
    private static string Identify(Credential credential) => credential switch
    {
        VoucherCredential voucher => string.Create(CultureInfo.InvariantCulture, $"voucher:{voucher.Voucher.Number}"),
        BirthCredential birth => $"idevid:{birth.Issuer}:{birth.Certificate.SerialNumber}",
        EarlierCredential earlier => earlier.Certificate.Id,
        _ => credential.How,
    };

    private X500DistinguishedName SubjectOf(long device, string? serial) => DistinguishedNames.Make((DistinguishedNames.Organization, options.Organization()), (DistinguishedNames.CommonName, string.Create(CultureInfo.InvariantCulture, $"D-{device}")), (DistinguishedNames.SerialNumber, serial));

    private X500DistinguishedName Named(string name) => DistinguishedNames.Make((DistinguishedNames.Organization, options.Organization()), (DistinguishedNames.CommonName, name));

    private EnrolmentAnswer Refuse(string code, string message) => new(null, null, Counted(new CsrFault(code, message)));

    private CsrFault Counted(CsrFault fault)
    {
        refusals.Count(fault.Code);
        return fault;
    }

    private sealed record Plan(CertificateProfile Profile, long? Device, string? Serial, X500DistinguishedName Subject, AlternativeNames Names, IdentityGrade Grade, string How);
}
