using OtpNet;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>One-time codes by Otp.NET.</summary>
internal sealed class OneTimeCodes : IOneTimeCodes
{
    private const int SecretBytes = 20, Digits = 6;
    private const string Issuer = "Wardkeeper";

    public byte[] MakeSecret() => System.Security.Cryptography.RandomNumberGenerator.GetBytes(SecretBytes);

    public string Show(byte[] secret) => Base32Encoding.ToString(secret).TrimEnd('=');

    public string Url(byte[] secret, string userName) => new OtpUri(OtpType.Totp, secret, userName, Issuer).ToString();

    public long? Match(byte[] secret, string code, DateTimeOffset now) =>
        code.Length == Digits && code.All(char.IsAsciiDigit) && new Totp(secret).VerifyTotp(now.UtcDateTime, code, out long step, new VerificationWindow(previous: 1, future: 1)) ? step : null;
}
