using System.Security.Cryptography;
using Wardkeeper.Hub.Identification;

namespace Wardkeeper.Hub.Tests.Identification;

public sealed class KnowledgeComparisonTests
{
    private static readonly string Head = string.Join('\t', KnowledgeFile.Columns) + "\n";

    [Theory]
    [InlineData("b\tfingerprint\tf0f0\t\ttype=infusion-pump\t95\tperson\tLi\tsite\t", KnowledgeNews.Same)]
    [InlineData("b\tfingerprint\tf0f0\t\ttype=infusion-pump\t80\tperson\tZhou\tsite\t", KnowledgeNews.Same)]
    [InlineData("b\tfingerprint\tf0f0\t\ttype=camera\t95\tperson\tLi\tsite\t", KnowledgeNews.Contradicting)]
    [InlineData("b\tfingerprint\tf0f0\t\ttype!=infusion-pump\t95\tperson\tLi\tsite\t", KnowledgeNews.Contradicting)]
    [InlineData("b\tfingerprint\tf0f0\t\tvendor=Maker A\t95\tperson\tLi\tsite\t", KnowledgeNews.New)]
    [InlineData("b\tfingerprint\tf0f1\t\ttype=camera\t95\tperson\tLi\tsite\t", KnowledgeNews.New)]
    [InlineData("b\tfingerprint\tf0f0\tagent=*pump*\ttype=camera\t95\tperson\tLi\tsite\t", KnowledgeNews.New)]
    [InlineData("a\tfingerprint\tf0f1\t\ttype=camera\t95\tperson\tLi\tsite\t", KnowledgeNews.Contradicting)]
    public void An_entry_is_new_the_same_or_contradicts_what_is_known(string line, KnowledgeNews news)
    {
        IReadOnlyList<KnowledgeEntry> known = Read("a\tfingerprint\tf0f0\t\ttype=infusion-pump\t95\tperson\tLi\tsite\t");
        ComparedEntry compared = Assert.Single(KnowledgeComparison.Of(Read(line), known));
        Assert.Equal(news, compared.News);
        Assert.Equal(news == KnowledgeNews.New, compared.Known is null);
    }

    [Fact]
    public void What_is_shipped_is_the_same_as_itself_but_where_it_disagrees_with_itself()
    {
        IReadOnlyList<ComparedEntry> compared = KnowledgeComparison.Of(KnowledgeBase.Shipped.Entries, KnowledgeBase.Shipped.Entries);
        Assert.DoesNotContain(compared, one => one.News == KnowledgeNews.New);
    }

    [Fact]
    public void Who_vouches_for_a_bundle_is_told_also_when_it_is_refused()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string trusted = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
        byte[] bundle = KnowledgeBundle.Seal(Head + "a\tfingerprint\tf0f0\t\ttype=camera\t95\tperson\tLi\tsite\t\n", key);
        KnowledgeSource right = KnowledgeSource.Of(bundle, "a.bundle", [trusted]);
        Assert.Equal((KnowledgeSeal.Trusted, trusted, 1, 0), (right.Seal, right.Signer, right.Entries.Count, right.Mistakes.Count));
        KnowledgeSource stranger = KnowledgeSource.Of(bundle, "a.bundle", []);
        Assert.Equal((KnowledgeSeal.Stranger, trusted, 0, 1), (stranger.Seal, stranger.Signer, stranger.Entries.Count, stranger.Mistakes.Count));
        byte[] changed = [.. bundle];
        changed[^3] ^= 1;
        KnowledgeSource broken = KnowledgeSource.Of(changed, "a.bundle", [trusted]);
        Assert.Equal((KnowledgeSeal.Broken, 0), (broken.Seal, broken.Entries.Count));
        Assert.Contains("changed after it was signed", Assert.Single(broken.Mistakes), StringComparison.Ordinal);
        // Signed, and yet no file of knowledge: the signature is right, and the line is named.
        KnowledgeSource wrong = KnowledgeSource.Of(KnowledgeBundle.Seal(Head + "a\tno-such-trait\tx\t\ttype=camera\t95\tperson\tLi\tsite\t\n", key), "a.bundle", [trusted]);
        Assert.Equal((KnowledgeSeal.Trusted, 0), (wrong.Seal, wrong.Entries.Count));
        Assert.StartsWith("a.bundle:2: a: nothing is known of the trait", Assert.Single(wrong.Mistakes), StringComparison.Ordinal);
    }

    private static IReadOnlyList<KnowledgeEntry> Read(string line)
    {
        IReadOnlyList<KnowledgeEntry> read = KnowledgeFile.Read(Head + line + "\n", "x.tsv", out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        return read;
    }
}
