using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>Whether the certificate can be read and how long it holds.</summary>
internal sealed class CertificateCheck : IDoctorCheck
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        string? own = context.Settings.Web.Certificate;
        if (own is null && !File.Exists(ServerCertificate.PathIn(context.Settings.Data)))
        {
            yield return new("certificate", Condition.Well, "doctor-certificate-later");
            yield break;
        }
        string? trouble = Read(context, out DateTime end, out DateTime begin);
        if (trouble is not null)
        {
            yield return new("certificate", Condition.Problem, "doctor-certificate-unreadable", trouble);
            yield break;
        }
        DateTime now = context.Clock.GetUtcNow().UtcDateTime;
        if (begin > now) yield return new("certificate", Condition.Problem, "doctor-certificate-future", begin.ToString("yyyy-MM-dd HH:mm", null));
        // The self-signed one is renewed by itself; only one of the site's own can run out.
        else if (own is not null && end < now) yield return new("certificate", Condition.Problem, "doctor-certificate-expired", own, end.ToString("yyyy-MM-dd", null));
        else if (own is not null && end - now < Soon) yield return new("certificate", Condition.Notice, "doctor-certificate-soon", own, (int)(end - now).TotalDays);
        else yield return new("certificate", Condition.Well, "doctor-certificate", end.ToString("yyyy-MM-dd", null));
    }

    private static string? Read(DoctorContext context, out DateTime end, out DateTime begin)
    {
        end = begin = default;
        try
        {
            using X509Certificate2 certificate = context.Settings.Web.Certificate is { } path
                ? ServerCertificate.Configured(path, context.Settings.Web.CertificateKey)
                : X509Certificate2.CreateFromPem(File.ReadAllText(ServerCertificate.PathIn(context.Settings.Data)));
            (end, begin) = (certificate.NotAfter.ToUniversalTime(), certificate.NotBefore.ToUniversalTime());
            return null;
        }
        catch (Exception e) when (e is UserError or IOException or UnauthorizedAccessException or CryptographicException)
        {
            return e.Message;
        }
    }
}
