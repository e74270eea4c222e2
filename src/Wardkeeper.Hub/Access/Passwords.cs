using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Hub.Access;

/// <summary>
/// Password rules and hashes. Hashes are PBKDF2 with HMAC-SHA-256 (NIST SP 800-132), written
/// <c>pbkdf2-sha256$ITERATIONS$SALT$HASH</c>, so that the work can be raised later without losing old ones.
/// </summary>
public static class Passwords
{
    /// <summary>Iterations of a new hash.</summary>
    public const int Iterations = 600_000;

    /// <summary>Shortest password, in characters.</summary>
    public const int MinLength = 12;

    /// <summary>Longest password, in characters; more is refused before any work is done.</summary>
    public const int MaxLength = 256;

    private const int SaltBytes = 16, HashBytes = 32, LongEnough = 20;
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static readonly string[] Common =
    [
        "password", "passw0rd", "qwerty", "123456", "admin", "letmein", "welcome", "wardkeeper", "hospital", "changeme", "iloveyou", "abc123", "111111", "woaini", "qazwsx", "1q2w3e", "zxcvbn",
    ];

    // Checked for names that nobody has, so that an answer takes the same time whether the person exists or not.
    private static readonly string Nobody = Hash(RandomNumberGenerator.GetString(Alphabet, 24));

    // A password costs a fraction of a second of a core; a flood of them must leave the sensor its cores.
    private static readonly SemaphoreSlim Turns = new(2, 2);

    /// <summary>Hashes a password with a fresh salt.</summary>
    public static string Hash(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return string.Create(CultureInfo.InvariantCulture, $"pbkdf2-sha256${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(password, salt, Iterations))}");
    }

    /// <summary>Whether a password fits a hash; takes as long when <paramref name="hash"/> is null, and answers no.</summary>
    public static async Task<bool> VerifyAsync(string? hash, string password, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length > MaxLength) return false;
        await Turns.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => Verify(hash ?? Nobody, password), cancel) && hash is not null;
        }
        finally
        {
            Turns.Release();
        }
    }

    /// <summary>A password made for a person, to be changed at first use: 20 characters, none easily mistaken for another.</summary>
    public static string MakeOneTime()
    {
        string text = RandomNumberGenerator.GetString(Alphabet, 20);
        return string.Join('-', text.Chunk(5).Select(part => new string(part)));
    }

    /// <summary>Notes everything that is wrong with a new password.</summary>
    public static void Check(string password, string userName, Mistakes mistakes, string field = "newPassword")
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(mistakes);
        mistakes.Require(password.Length >= MinLength, field, "password-short", $"The password is shorter than {MinLength} characters; use a longer one.");
        mistakes.Require(password.Length <= MaxLength, field, "password-long", $"The password is longer than {MaxLength} characters; use a shorter one.");
        if (password.Length is < MinLength or > MaxLength) return;
        mistakes.Require(password.Length >= LongEnough || Kinds(password) >= 3, field, "password-simple", $"The password needs three of: lower case, upper case, digits, other characters; or at least {LongEnough} characters.");
        mistakes.Require(password.Distinct().Count() >= 6, field, "password-repeats", "The password repeats a few characters; use at least six different ones.");
        mistakes.Require(!password.Contains(userName, StringComparison.OrdinalIgnoreCase), field, "password-name", "The password contains the user name; choose another.");
        string rest = password;
        foreach (string common in Common) rest = rest.Replace(common, "", StringComparison.OrdinalIgnoreCase);
        mistakes.Require(rest.Length >= MinLength / 2, field, "password-common", "The password consists of words that are tried first; choose another.");
    }

    private static int Kinds(string text) =>
        (text.Any(char.IsLower) ? 1 : 0) + (text.Any(char.IsUpper) ? 1 : 0) + (text.Any(char.IsDigit) ? 1 : 0) + (text.Any(c => !char.IsLower(c) && !char.IsUpper(c) && !char.IsDigit(c)) ? 1 : 0);

    private static bool Verify(string hash, string password)
    {
        string[] parts = hash.Split('$');
        if (parts is not ["pbkdf2-sha256", var rounds, var salt, var expected] || !int.TryParse(rounds, CultureInfo.InvariantCulture, out int iterations) || iterations < 1) return false;
        return CryptographicOperations.FixedTimeEquals(Derive(password, Convert.FromBase64String(salt), iterations), Convert.FromBase64String(expected));
    }

    // Normalised, since two keyboards write the same accented letter in two ways (NIST SP 800-63B, 3.1.1.2).
    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Normalise(password)), salt, iterations, HashAlgorithmName.SHA256, HashBytes);

    private static string Normalise(string password)
    {
        try
        {
            return password.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return password; // Lone surrogates have no normal form; they are taken as they are.
        }
    }
}
