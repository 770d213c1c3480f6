package contract

import "bytes"

// names tells whether an object repeats a member name. Few names are compared one by one; an object with many gets a map,
// so that a hostile one cannot cost the square of its size. They lie on one stack in the scanner.
type names struct {
	from int
	many map[string]struct{}
}

const fewNames = 24

func (s *scanner) openNames() names { return names{from: len(s.names)} }

func (s *scanner) closeNames(n names) { s.names = s.names[:n.from] }

// repeats tells whether the object has named name before, and remembers it.
func (n *names) repeats(s *scanner, name []byte) bool {
	if n.many != nil {
		_, found := n.many[string(name)]
		n.many[string(name)] = struct{}{}
		return found
	}
	mine := s.names[n.from:]
	for _, other := range mine {
		if bytes.Equal(other, name) {
			return true
		}
	}
	if len(mine) < fewNames {
		s.names = append(s.names, name)
		return false
	}
	n.many = make(map[string]struct{}, 4*fewNames)
	for _, other := range mine {
		n.many[string(other)] = struct{}{}
	}
	n.many[string(name)] = struct{}{}
	return false
}
