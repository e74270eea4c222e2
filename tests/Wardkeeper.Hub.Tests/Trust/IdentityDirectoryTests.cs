using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Trust;

/// <summary>Certificates found by every spelling that RADIUS servers and TLS layers use.</summary>
public sealed class IdentityDirectoryTests
{
    private static readonly byte[] Name = DistinguishedNames.Make((DistinguishedNames.Organization, "圣玛丽, East"), (DistinguishedNames.CommonName, "Issuing CA 1 P-256")).RawData;

    [Theory]
    [InlineData("0a1b2c")]
    [InlineData("000A1B2C")]
    [InlineData("0A:1B:2C")]
    [InlineData("a1b2c")]
    public void A_serial_number_is_found_however_it_is_written(string serial)
    {
        IdentityDirectory directory = Directory();
        Assert.Equal(7, directory.Find(serial, "ab01")!.Device);
        Assert.Equal(7, directory.Find(serial, "AB:01")!.Device);
        Assert.Equal(7, directory.Find(serial, "CN=Issuing CA 1 P-256,O=圣玛丽\\, East")!.Device);
        Assert.Equal(7, directory.Find(serial, "/O=\\xE5\\x9C\\xA3\\xE7\\x8E\\x9B\\xE4\\xB8\\xBD, East/CN=Issuing CA 1 P-256")!.Device);
    }

    [Fact]
    public void What_was_not_issued_is_not_found()
    {
        IdentityDirectory directory = Directory();
        Assert.Null(directory.Find("0a1b2d", "ab01"));
        Assert.Null(directory.Find("0a1b2c", "ab02"));
        Assert.Null(directory.Find("0a1b2c", "CN=Issuing CA 1 P-256"));
        Assert.Null(directory.Find("no hex", "ab01"));
    }

    [Fact]
    public void A_revoked_identity_counts_no_more_from_that_moment_on()
    {
        IdentityDirectory directory = Directory();
        IssuedCertificate certificate = directory.Certificate(1)!;
        directory.Put(certificate with { RevokedAt = new CaptureTime(500), RevocationReason = "keyCompromise" });
        TrustedIdentity found = directory.Find("0a1b2c", "ab01")!;
        Assert.True(found.IsValidAt(new CaptureTime(499)));
        Assert.False(found.IsValidAt(new CaptureTime(500)));
        Assert.Equal(found, Assert.Single(directory.Of(7)));
    }

    private static IdentityDirectory Directory()
    {
        IdentityDirectory directory = new();
        directory.Learn("ab01", Name);
        directory.Put(new IssuedCertificate(1, 7, "device", IdentityGrade.SoftwareCertificate, "ab01", "0a1b2c", "CN=D-7", "SN1", "ff", new CaptureTime(1), new CaptureTime(1000), new CaptureTime(800), "voucher"));
        return directory;
    }
}
