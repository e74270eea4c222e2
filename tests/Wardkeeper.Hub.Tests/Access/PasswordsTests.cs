using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Hub.Tests.Access;

public class PasswordsTests
{
    [Theory]
    [InlineData("Blue-Horse-42", "")]
    [InlineData("correct horse battery staple", "")]
    [InlineData("急诊科的蓝色马车停在第七号楼前面等待病人家属", "")]
    [InlineData("Short-1", "password-short")]
    [InlineData("alllowercaseword", "password-simple")]
    [InlineData("Aa1Aa1Aa1Aa1", "password-repeats")]
    [InlineData("Chen.Wei-is-me-1", "password-name")]
    [InlineData("Password123456", "password-common")]
    public void Passwords_are_refused_for_a_reason(string password, string code)
    {
        Mistakes mistakes = new();
        Passwords.Check(password, "chen.wei", mistakes);
        string[] codes = [.. Codes(mistakes)];
        if (code.Length == 0) Assert.Empty(codes);
        else Assert.Contains(code, codes);
    }

    [Fact]
    public async Task A_hash_fits_its_password_only_and_holds_nothing_of_it()
    {
        string hash = Passwords.Hash("Blue-Horse-42");
        Assert.StartsWith("pbkdf2-sha256$600000$", hash, StringComparison.Ordinal);
        Assert.NotEqual(hash, Passwords.Hash("Blue-Horse-42"));
        Assert.True(await Passwords.VerifyAsync(hash, "Blue-Horse-42"));
        Assert.False(await Passwords.VerifyAsync(hash, "Blue-Horse-43"));
        Assert.False(await Passwords.VerifyAsync(null, "Blue-Horse-42"));
        Assert.False(await Passwords.VerifyAsync(hash, new string('x', 1_000_000)));
        Assert.False(await Passwords.VerifyAsync("damaged", "Blue-Horse-42"));
    }

    [Fact]
    public void A_password_made_for_a_person_meets_the_rules()
    {
        for (int i = 0; i < 200; i++)
        {
            Mistakes mistakes = new();
            Passwords.Check(Passwords.MakeOneTime(), "admin", mistakes);
            Assert.Equal(0, mistakes.Count);
        }
    }

    [Fact]
    public void A_sealed_secret_opens_with_its_key_only_and_not_after_a_change()
    {
        SecretBox box = new(new byte[32]), other = new([1, .. new byte[31]]);
        byte[] closed = box.Seal([1, 2, 3]);
        Assert.Equal([1, 2, 3], box.Open(closed));
        Assert.Null(other.Open(closed));
        closed[^1] ^= 1;
        Assert.Null(box.Open(closed));
    }

    private static IEnumerable<string> Codes(Mistakes mistakes)
    {
        try
        {
            mistakes.ThrowIfAny();
            return [];
        }
        catch (RefusedException refused)
        {
            return refused.Mistakes.Select(mistake => mistake.Code);
        }
    }
}
