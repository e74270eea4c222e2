using System.Diagnostics;
using System.Security.Cryptography;
using Wardkeeper.DeviceProtocol.Sm;

namespace Wardkeeper.Hub.Tests.Trust;

/// <summary>SM2 signatures against OpenSSL, which must be told the identifier.</summary>
public sealed class Sm2SignatureTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wk-sm2-").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void What_is_signed_here_holds_in_openssl()
    {
        Sm2Signature key = Sm2Signature.Make();
        byte[] data = "设备清单 2026"u8.ToArray();
        File.WriteAllText(In("pub.pem"), key.PublicKey);
        File.WriteAllBytes(In("data"), data);
        File.WriteAllBytes(In("sig"), key.Sign(data));
        Assert.Contains("Verified OK", OpenSsl("dgst", "-sm3", "-sigopt", "distid:1234567812345678", "-verify", In("pub.pem"), "-signature", In("sig"), In("data")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_openssl_signs_holds_here_and_with_its_own_key_is_signed_on()
    {
        OpenSsl("genpkey", "-algorithm", "SM2", "-out", In("key.pem"));
        OpenSsl("pkey", "-in", In("key.pem"), "-pubout", "-out", In("pub.pem"));
        byte[] data = "ledger"u8.ToArray();
        File.WriteAllBytes(In("data"), data);
        OpenSsl("dgst", "-sm3", "-sigopt", "distid:1234567812345678", "-sign", In("key.pem"), "-out", In("sig"), In("data"));
        string half = File.ReadAllText(In("pub.pem"));
        Assert.True(Sm2Signature.Verify(half, data, File.ReadAllBytes(In("sig"))));
        Sm2Signature opened = Sm2Signature.Open(File.ReadAllText(In("key.pem")));
        Assert.True(Sm2Signature.Verify(half, data, opened.Sign(data)));
        Assert.True(Sm2Signature.Verify(half, data, Sm2Signature.Open(opened.ExportKey()).Sign(data)));
    }

    [Fact]
    public void Another_document_key_or_identifier_does_not_hold()
    {
        Sm2Signature key = Sm2Signature.Make();
        byte[] data = "a"u8.ToArray(), signature = key.Sign(data);
        Assert.True(Sm2Signature.Verify(key.PublicKey, data, signature));
        Assert.False(Sm2Signature.Verify(key.PublicKey, "b"u8, signature));
        Assert.False(Sm2Signature.Verify(Sm2Signature.Make().PublicKey, data, signature));
        Assert.False(Sm2Signature.Verify(key.PublicKey, data, [1, 2, 3]));
        Assert.False(Sm2Signature.Verify("no key", data, signature));
        using ECDsa p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.False(Sm2Signature.Verify(p256.ExportSubjectPublicKeyInfoPem(), data, signature));
        Assert.Throws<CryptographicException>(() => Sm2Signature.Open(p256.ExportPkcs8PrivateKeyPem()));
        File.WriteAllText(In("pub.pem"), key.PublicKey);
        File.WriteAllBytes(In("data"), data);
        File.WriteAllBytes(In("sig"), signature);
        Assert.DoesNotContain("Verified OK", OpenSsl("dgst", "-sm3", "-verify", In("pub.pem"), "-signature", In("sig"), In("data")), StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(folder, name);

    private static string OpenSsl(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.GetAwaiter().GetResult();
    }
}
