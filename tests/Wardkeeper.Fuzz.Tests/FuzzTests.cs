using Wardkeeper.Fuzz.Targets;

namespace Wardkeeper.Fuzz.Tests;

/// <summary>A little of every fuzz target without coverage, and everything that was found once. <c>fuzz/run</c> does more.</summary>
public class FuzzTests
{
    private const int Runs = 2000;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    public static TheoryData<string, string> Regressions
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (IFuzzTarget target in FuzzTargets.All)
            {
                foreach ((string name, _) in FuzzFiles.Regressions(target)) data.Add(target.Name, name);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Changed_inputs_break_no_promise(string name)
    {
        IFuzzTarget target = Named(name);
        int times = Environment.GetEnvironmentVariable("WARDKEEPER_ALL") == "1" ? 100 : 1;
        Fuzzer fuzzer = new(target, seed: 1);
        fuzzer.Run(Corpus.Kept(target), (long)Runs * times / target.Weight, static () => false);
        Assert.True(fuzzer.Finds.Count == 0, string.Join('\n', fuzzer.Finds.Select(find => $"{find.What}: {Convert.ToHexStringLower(Records.Write(target, find.Records))}\n{find.Failure}")));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Regressions))]
    public void What_was_found_once_stays_mended(string name, string regression)
    {
        IFuzzTarget target = Named(name);
        byte[] file = FuzzFiles.Regressions(target).First(one => one.Name == regression).File;
        Assert.Null(Fuzzer.Failure(target, Records.Read(target, file)));
    }

    [Fact]
    public void Each_folder_of_regressions_belongs_to_a_target() =>
        Assert.Empty(FuzzFiles.RegressionFolders.Except(FuzzTargets.All.Select(FuzzFiles.FolderNameOf)));

    [Fact]
    public void Every_word_of_rules_has_a_seed_that_is_taken() => Assert.True(RuleSeeds.Load().Count > RuleSeeds.EveryWord.Count);

    [Fact]
    public void Page_tells_the_figures()
    {
        string page = File.ReadAllText(FuzzingPage.File), made = FuzzingPage.With(page);
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1") File.WriteAllText(FuzzingPage.File, made);
        else Assert.Equal(made, page);
    }

    [Fact]
    public void Kept_inputs_are_few_and_short()
    {
        FileInfo[] files = new DirectoryInfo(FuzzFiles.Beside("corpus")).GetFiles();
        Assert.Empty(files.Select(file => Path.GetFileNameWithoutExtension(file.Name)).Except(FuzzTargets.All.Select(FuzzFiles.FolderNameOf)));
        Assert.InRange(files.Sum(file => file.Length), 1, 1_000_000);
    }

    [Fact]
    public void Input_survives_its_file()
    {
        byte[][] input = [[1, 2, 3], [], [4]];
        Assert.Equal(input, Records.Read(Records.Write(input)));
        Assert.Equal([[9]], Records.Read([0, 200, 9]));
    }

    private static IFuzzTarget Named(string name) => FuzzTargets.All.First(target => target.Name == name);
}
