// mono knows no asynchronous entry point, which C# has since 7.1.
using System.Reflection;
using System.Threading.Tasks;
internal static class Entry
{
    private static int Main()
    {
        MethodInfo main = typeof(Program).GetMethod("Main", BindingFlags.NonPublic | BindingFlags.Static);
        return ((Task<int>)main.Invoke(null, null)).Result;
    }
}
