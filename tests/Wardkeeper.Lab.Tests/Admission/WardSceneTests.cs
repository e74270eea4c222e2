using Wardkeeper.Lab.Admission.Scenes;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Admission;

/// <summary>The scenes of admission as a person plays them.</summary>
public class WardSceneTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_scene_has_a_name_of_its_own_and_is_told_in_both_languages()
    {
        Assert.NotEmpty(WardSceneRegistry.All);
        Assert.Equal(WardSceneRegistry.All.Count, WardSceneRegistry.All.Select(scene => scene.Name).Distinct().Count());
        Assert.All(WardSceneRegistry.All, scene =>
        {
            Assert.Same(scene, WardSceneRegistry.Find(scene.Name));
            Assert.Contains(scene.Chinese, letter => letter > '\u4e00');
            Assert.DoesNotContain(scene.English, letter => letter > '\u4e00');
            Assert.NotEqual(Texts.Get(scene.Protection, true), Texts.Get(scene.Protection, false));
        });
    }

    /// <summary>All of them with their counter-runs, many minutes: <c>./test --all</c>.</summary>
    [LabFact("freeradius radclient nft tcpdump dnsmasq dhclient curl", IsLong = true)]
    public async Task Every_scene_holds_and_does_not_without_its_protection()
    {
        string program = Path.Combine(Checkout.Root, "wardkeeper");
        List<string> failed = [];
        foreach (IWardScene scene in WardSceneRegistry.All)
        {
            (int code, string said) = await Shell.RunAsync(Path.Combine(AppContext.BaseDirectory, "Wardkeeper.Lab"), ["scene", scene.Name, "--program", program, "--name", TestHospital.NextPrefix(), "--lang", "en"], Cancel);
            if (code != 0) failed.Add(said);
        }
        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }
}
