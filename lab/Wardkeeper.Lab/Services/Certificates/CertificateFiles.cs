namespace Wardkeeper.Lab.Services.Certificates;

/// <summary>A certificate and its key as PEM files.</summary>
/// <param name="Certificate">Certificate.</param>
/// <param name="Key">Private key (PKCS #8).</param>
/// <param name="Authority">Certificate of who issued it; the same file for a self-signed one.</param>
internal sealed record CertificateFiles(string Certificate, string Key, string Authority);
