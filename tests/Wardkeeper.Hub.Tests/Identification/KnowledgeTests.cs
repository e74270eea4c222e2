using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Hub.Identification;

namespace Wardkeeper.Hub.Tests.Identification;

public sealed class KnowledgeTests
{
    private const string Head = "id\ton\tmatch\twith\tsays\tsure\tbasis\tsource\tlicence\tmodels\n";
    private const string Good = Head + "site.cart\tnamed\tcart-*\t!dhcp-class=msft*\ttype=ward-round-cart;vendor=Own@70\t80\tobserved\tour wards\tours\t\n";

    [Fact]
    public void What_is_shipped_is_sound_and_says_where_it_comes_from()
    {
        Assert.InRange(KnowledgeBase.Shipped.Entries.Count, 900, 100_000);
        Assert.All(KnowledgeBase.Shipped.Entries, entry => Assert.True(entry is { Source.Length: > 0, Licence.Length: > 0 }, entry.Id));
        Assert.All(KnowledgeBase.Shipped.Entries.Where(entry => entry.Basis == "memory"), entry => Assert.All(entry.Sayings, saying => Assert.InRange(saying.Sure, 0.5, 0.6)));
    }

    [Fact]
    public void Every_shipped_entry_is_found_by_what_it_matches()
    {
        foreach (KnowledgeEntry entry in KnowledgeBase.Shipped.Entries) Assert.Contains(KnowledgeBase.Shipped.Read(entry.Trait, entry.Pattern.Text.ToUpperInvariant()).Facts, fact => fact.Entry == entry);
    }

    [Fact]
    public void An_entry_written_as_a_line_is_read_the_same()
    {
        KnowledgeEntry entry = Assert.Single(KnowledgeFile.Read(Good, "site.tsv", out IReadOnlyList<string> mistakes));
        Assert.Empty(mistakes);
        KnowledgeEntry again = Assert.Single(KnowledgeFile.Read(Head + KnowledgeFile.Line(entry), "again.tsv", out mistakes));
        Assert.Empty(mistakes);
        Assert.Equal(KnowledgeFile.Line(entry), KnowledgeFile.Line(again));
        Assert.Equal((Trait.Named, PatternPlace.Beginning, 2, true), (again.Trait, again.Pattern.Place, again.Sayings.Count, again.Conditions[0].IsForbidden));
    }

    [Theory]
    [InlineData("x\tnamed\tcart\t\ttype=teapot\t80\tobserved\ts\tl\t", "no type of the taxonomy")]
    [InlineData("x\tsmell\tcart\t\ttype=printer\t80\tobserved\ts\tl\t", "nothing is known of the trait")]
    [InlineData("x\tnamed\tc*\t\ttype=printer\t80\tobserved\ts\tl\t", "is no pattern")]
    [InlineData("x\tnamed\tshelly*-*\t\ttype=printer\t80\tobserved\ts\tl\t", "\"shelly*-*\" has a star or ~ where it means nothing")]
    [InlineData("x\tnamed\t~cart*\t\ttype=printer\t80\tobserved\ts\tl\t", "has a star or ~ where it means nothing")]
    [InlineData("x\tnamed\tcart**\t\ttype=printer\t80\tobserved\ts\tl\t", "has a star or ~ where it means nothing")]
    [InlineData("x\tnamed\t*cart\t\ttype=printer\t80\tobserved\ts\tl\t", "write *cart* for anywhere")]
    [InlineData("x\tnamed\t**\t\ttype=printer\t80\tobserved\ts\tl\t", "is no pattern")]
    [InlineData("x\tnamed\t*\t\ttype=printer\t80\tobserved\ts\tl\t", "is no pattern")]
    [InlineData("x\toffers\ttcp/80*\t\ttype=printer\t80\tobserved\ts\tl\t", "offers is compared as a whole")]
    [InlineData("x\tnamed\tcart\tuses=udp/66*\ttype=printer\t80\tobserved\ts\tl\t", "in the condition \"uses=udp/66*\"")]
    [InlineData("x\tfingerprint\tabcd*\t\ttype=printer\t80\tobserved\ts\tl\t", "fingerprint is compared as a whole")]
    [InlineData("x\tnamed\tcart\t\ttype=printer;model=Foo*\t80\tobserved\ts\tl\t", "\"Foo*\" is what the device is called")]
    [InlineData("x\tnamed\tcart\t!role=a*b\ttype=printer\t80\tobserved\ts\tl\t", "means nothing")]
    [InlineData("x\tnamed\tcart\t\ttype=printer\t120\tobserved\ts\tl\t", "is not how sure it is")]
    [InlineData("x\tnamed\tcart\t\ttype=printer\t90\tmemory\ts\tl\t", "from memory")]
    [InlineData("x\tnamed\tcart\t\ttype=printer\t80\ttrade\ts\tl\t", "is no basis")]
    [InlineData("x\tnamed\tcart\t\ttype=printer\t80\trumour\ts\tl\t", "is no basis")]
    [InlineData("x\tnamed\tcart\t\ttype=printer\t80\tobserved\t\tl\t", "names its source")]
    [InlineData("x\tnamed\tcart\trole\ttype=printer\t80\tobserved\ts\tl\t", "is no condition")]
    [InlineData("x\tnamed\tcart\t\t\t80\tobserved\ts\tl\t", "says nothing")]
    [InlineData("x y\tnamed\tcart\t\ttype=printer\t80\tobserved\ts\tl\t", "no name of an entry")]
    [InlineData("x\tnamed", "columns between tabs")]
    public void A_bad_entry_is_refused_by_name_line_and_reason(string line, string reason)
    {
        KnowledgeFile.Read(Head + line, "site.tsv", out IReadOnlyList<string> mistakes);
        Assert.StartsWith("site.tsv:2: ", Assert.Single(mistakes), StringComparison.Ordinal);
        Assert.Contains(reason, mistakes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_its_head_is_refused() => Assert.Contains("must name the columns", Refused("x\tnamed\tcart\n"), StringComparison.Ordinal);

    [Fact]
    public void A_sites_entry_counts_instead_of_a_shipped_one_of_the_same_name()
    {
        KnowledgeEntry shipped = KnowledgeBase.Shipped.Entries[0];
        KnowledgeBase with = KnowledgeBase.Shipped.With(KnowledgeFile.Read(Head + $"{shipped.Id}\tnamed\tcart-*\t\ttype=ward-round-cart\t80\tobserved\ts\tl\t", "site.tsv", out _));
        Assert.Equal(KnowledgeBase.Shipped.Entries.Count, with.Entries.Count);
        Assert.Equal(Trait.Named, with.Entries.Single(entry => entry.Id == shipped.Id).Trait);
    }

    [Fact]
    public void A_bundle_of_a_trusted_signer_is_taken_and_no_other()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string signer = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
        byte[] bundle = KnowledgeBundle.Seal(Good, key);
        Assert.True(KnowledgeBundle.IsOne(bundle));
        Assert.Single(KnowledgeBundle.Open(bundle, "b", [signer], out IReadOnlyList<string> mistakes));
        Assert.Empty(mistakes);
        Assert.Contains("not trusted", Opened(KnowledgeBundle.Seal(Good, other), signer), StringComparison.Ordinal);
        Assert.Contains("cut off", Opened(bundle[..40], signer), StringComparison.Ordinal);
        Assert.Contains("columns", Opened(KnowledgeBundle.Seal("nonsense", key), signer), StringComparison.Ordinal);
        for (int at = bundle.Length - Good.Length; at < bundle.Length; at += 7)
        {
            byte[] changed = [.. bundle];
            changed[at] ^= 1;
            Assert.Contains("signature does not fit", Opened(changed, signer), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_is_added_or_refused_with_reasons()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "site.tsv");
        File.WriteAllText(path, Good, new UTF8Encoding(true));
        KnowledgeBase with = KnowledgeBase.Shipped.WithFile(path, [], out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        Assert.True(with.Knows(Trait.Named, "CART-12"));
        File.WriteAllText(path, "wardkeeper-knowledge 9\n");
        Assert.Same(with, with.WithFile(path, [], out mistakes));
        Assert.Contains("another version", Assert.Single(mistakes), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, true);
    }

    [Fact]
    public void A_folder_adds_what_is_sound_and_names_the_rest()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(folder, "a.tsv"), Good);
        File.WriteAllText(Path.Combine(folder, "b.tsv"), "nonsense\n");
        File.WriteAllBytes(Path.Combine(folder, "c.bundle"), KnowledgeBundle.Seal(Good.Replace("cart-", "trolley-", StringComparison.Ordinal).Replace("site.cart", "site.trolley", StringComparison.Ordinal), key));
        IReadOnlyList<KnowledgeSource> sources = KnowledgeFolder.Sources(folder);
        KnowledgeBase before = KnowledgeFolder.BaseOf(sources);
        string[] mistakes = [.. sources.SelectMany(source => source.Mistakes)];
        Assert.Equal(["b.tsv", "c.bundle"], mistakes.Select(mistake => mistake.Split(':')[0]));
        Assert.True(before.Knows(Trait.Named, "cart-1") && !before.Knows(Trait.Named, "trolley-1"));
        File.WriteAllText(Path.Combine(folder, "signers.txt"), "# ours\n" + Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) + "\n");
        Assert.True(KnowledgeFolder.BaseOf(KnowledgeFolder.Sources(folder)).Knows(Trait.Named, "trolley-1"));
        Assert.Same(KnowledgeBase.Shipped, KnowledgeFolder.BaseOf(KnowledgeFolder.Sources(Path.Combine(folder, "none"))));
        Directory.Delete(folder, true);
    }

    [Fact]
    public void Knowledge_written_from_a_model_can_be_left_out()
    {
        KnowledgeEntry[] written = [.. KnowledgeBase.Shipped.Entries.Where(entry => entry.Models.Count > 0)];
        Assert.NotEmpty(written);
        Assert.DoesNotContain(KnowledgeBase.Shipped.WithoutModels(written.SelectMany(entry => entry.Models).ToHashSet()).Entries, written.Contains);
    }

    private static string Opened(byte[] bundle, string signer)
    {
        Assert.Empty(KnowledgeBundle.Open(bundle, "b", [signer], out IReadOnlyList<string> mistakes));
        return Assert.Single(mistakes);
    }

    private static string Refused(string text)
    {
        KnowledgeFile.Read(text, "site.tsv", out IReadOnlyList<string> mistakes);
        return mistakes[0];
    }
}
